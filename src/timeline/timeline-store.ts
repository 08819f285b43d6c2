/**
 * The port through which everything downstream reads records. `openTimelineStore` gives the DuckDB/Parquet one.
 */
import type { Split, SubjectKey, Timeline } from "./patient-event.ts";

export interface CodeMetadata {
  readonly code: string;
  readonly description: string | null;
  readonly parentCodes: readonly string[];
}

export interface TimelinesOptions {
  readonly splits?: readonly Split[];
  /** Whether `textValue` and `encounterId` are read too, which takes most of the time; true by default, null otherwise. */
  readonly texts?: boolean;
}

export interface TimelineStore {
  /** Reads subjects in ascending `subjectId`, all of them or those of some splits. Memory does not grow with the store. */
  timelines(options?: TimelinesOptions): AsyncIterable<Timeline>;
  /** One subject, found by what the shards state of their rows; null where no shard has it. */
  timeline(subjectId: SubjectKey, options?: Pick<TimelinesOptions, "texts">): Promise<Timeline | null>;
  /** Split of each subject. */
  splits(): Promise<ReadonlyMap<SubjectKey, Split>>;
  codes(): Promise<readonly CodeMetadata[]>;
  /** Content hash over data and metadata, hex SHA-256: the store's identity as an input of artefacts. */
  contentHash(): Promise<string>;
  close(): void;
}
