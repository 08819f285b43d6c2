/** What the readers of OMOP tables need beside the table. */
import type { Database } from "../../timeline/database.ts";
import type { Counter, Tally } from "../tally.ts";
import type { OmopSource } from "./omop-source.ts";

/** Which of a row's two concepts is its code; `preferred` takes the first in the order that FHIR codings have too. */
export const OMOP_CODES = ["preferred", "standard", "source"] as const;

export interface OmopContext {
  readonly database: Database;
  readonly source: OmopSource;
  readonly tally: Tally;
  readonly notes: Counter;
  readonly notRead: Counter;
  readonly unknownUnits: Counter;
  readonly unitAliases: Readonly<Record<string, string>>;
  readonly elements: Counter;
  readonly collectIdentifiers: boolean;
  readonly codes: (typeof OMOP_CODES)[number];
}
