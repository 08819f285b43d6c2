/** What the CSV readers need beside the mapping. */
import type { EventSink } from "../staging.ts";
import type { Counter, Tally } from "../tally.ts";

export interface CsvContext {
  readonly staging: EventSink;
  readonly tally: Tally;
  readonly notes: Counter;
  readonly unknownUnits: Counter;
  readonly unitAliases: Readonly<Record<string, string>>;
  readonly elements: Counter;
  readonly collectIdentifiers: boolean;
}
