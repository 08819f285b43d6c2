/** What every FHIR reader needs beside the resource. */
import type { EventSink } from "../staging.ts";
import type { Counter, Tally } from "../tally.ts";
import type { BundleIds } from "./reference.ts";

export interface FhirContext {
  readonly staging: EventSink;
  readonly tally: Tally;
  /** Kept, but worth a look. */
  readonly notes: Counter;
  /** Resources of types that are not read. */
  readonly notRead: Counter;
  /** Codes whose values have a unit that is not recognised. */
  readonly unknownUnits: Counter;
  readonly groupIdentifier: string | null;
  readonly unitAliases: Readonly<Record<string, string>>;
  /** Full URLs of the Bundle that is being read; empty outside of one. */
  readonly bundle: BundleIds;
}
