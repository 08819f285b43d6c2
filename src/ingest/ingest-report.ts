/**
 * What an ingest found: printed as a table, stored as `metadata/ingest.json`.
 * Invariant: candidates.in = kept + rejected + dropped + notEvents. No value and no identifier of a person is in it.
 */
import type { Split } from "../timeline/patient-event.ts";
import type { CopiedCodesCheck } from "./find-copied-codes.ts";
import type { CodeUnits } from "./meaning/settle-units.ts";
import type { TallyRow } from "./tally.ts";

export const INGEST_REPORT_SCHEMA = "longitude.ingest/1";

/** What an increment did to the dataset that it was appended to. */
export interface IncrementReport {
  readonly personsAdded: number;
  /** Known before, and touched by the increment or sharing a small shard that was folded. */
  readonly personsWrittenAnew: number;
  /** Nothing is left of them. */
  readonly personsGone: number;
  /** Events of the dataset for which a newer copy of their resource, or a deletion, stands now. */
  readonly eventsReplaced: number;
  readonly shardsRewritten: number;
  readonly shardsKept: number;
  readonly shardsAdded: number;
}

export interface IngestReport {
  readonly schema: typeof INGEST_REPORT_SCHEMA;
  readonly format: "fhir" | "ccda" | "omop" | "hl7v2" | "meds" | "csv";
  readonly input: { readonly files: number; readonly bytes: number };
  readonly candidates: {
    readonly in: number;
    readonly kept: number;
    readonly rejected: number;
    readonly dropped: number;
    readonly notEvents: number;
  };
  readonly rejectShare: number;
  readonly rejectLimit: number;
  readonly tally: readonly TallyRow[];
  /** Kept, but worth a look. */
  readonly notes: readonly { readonly what: string; readonly count: number }[];
  /** FHIR: resources of types that carry no event of a patient, or are not read yet. */
  readonly resourcesNotRead: readonly { readonly what: string; readonly count: number }[];
  /** Codes with values in a unit that is not recognised. */
  readonly unknownUnits: readonly { readonly what: string; readonly count: number }[];
  /** For each code with a unit: the one in which it is kept, and what became of the others. */
  readonly units: readonly CodeUnits[];
  /** Elements of the export by class and how often, where they were screened. */
  readonly elements?: readonly { readonly what: string; readonly count: number }[];
  readonly copiedCodes: CopiedCodesCheck;
  /** Null for an ingest of everything. */
  readonly increment: IncrementReport | null;
  readonly dataset: {
    readonly subjects: number;
    readonly events: number;
    readonly codes: number;
    readonly shards: number;
    /** Persons in each split. */
    readonly splits: Readonly<Record<Split, number>>;
    /** Groups of at least two persons; each is whole in one split. */
    readonly groups: number;
  };
}
