/** What a pull tells while it goes on and in the end, and what its folder is called. */
import type { PullTotals } from "./pull-files.ts";
import type { Job, Source } from "./pull-state.ts";

export const PULL_REPORT_SCHEMA = "longitude.pull/1";

export interface PullReport extends PullTotals {
  readonly schema: typeof PULL_REPORT_SCHEMA;
  /** Of this pull, below `--out`. */
  readonly folder: string;
  /** Null = everything. */
  readonly since: string | null;
  readonly transactionTime: string;
  /** It went on with an export that an earlier run had begun. */
  readonly resumed: boolean;
  /** Times that the server was waited for because it asked for it or failed. */
  readonly waits: number;
  /** The server was told that it may forget the export. */
  readonly jobDeleted: boolean;
}

export type PullEvent =
  | {
      readonly kind: "progress";
      readonly stage: "exporting";
      /** The server's own words. */
      readonly told: string | null;
      readonly waitedMs: number;
    }
  | {
      readonly kind: "progress";
      readonly stage: "fetching";
      readonly filesDone: number;
      readonly files: number;
      readonly bytes: number;
    }
  | { readonly kind: "done"; readonly report: PullReport };

/** Sorts by time, so that a reader of the whole source meets older copies first; a time may come twice. */
export function folderOf(transactionTime: string, source: Source | null): string {
  const name = `pull-${new Date(transactionTime).toISOString().replaceAll(":", "-")}`;
  const again = source?.pulls.filter(({ folder }) => folder.startsWith(name)).length ?? 0;
  return again === 0 ? name : `${name}-${again}`;
}

export function emptyTotals({ files, resources, deleted }: NonNullable<Job["publishing"]>): PullTotals {
  return { files, resources, deleted, bytes: 0, emptyFiles: 0, byType: {}, issues: [] };
}
