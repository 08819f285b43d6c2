/**
 * What rows of a mapped CSV tell of who is who: the person's own identifier, and columns whose name says what they hold,
 * mapped or not. Every column is counted by what becomes of it; names that the sender chose are not repeated.
 */
import { type IdentifierKind, identifierText } from "../known-identifier.ts";
import type { CsvContext } from "./csv-context.ts";

/** By the words of a column's name, split at underscores, blanks and capitals; the first that fits counts. */
const KINDS: readonly (readonly [IdentifierKind, RegExp])[] = [
  ["contact", /\b(?:e ?mail|mail|url|website)\b/],
  ["phone", /\b(?:phone|telephone|tel|mobile|cell|fax|pager)\b/],
  ["zip", /\b(?:zip|zipcode|postcode|postal ?code|postal)\b/],
  ["address", /\b(?:address|street|addr|address ?line|residence)\b/],
  [
    "place",
    /\b(?:city|town|county|village|suburb|birth ?place|hospital|facility|clinic|employer|school|department)\b/,
  ],
  ["date", /\b(?:dob|birth ?date|date of birth|birthday)\b/],
  [
    "number",
    /\b(?:mrn|ssn|nhs|nino|social security|passport|licen[cs]e|account|acct|insurance|policy|member|medicare|medicaid|npi|record (?:no|number)|patient (?:no|number|id)|person (?:no|number|id)|vin|plate|serial|device id)\b/,
  ],
  [
    "name",
    /\b(?:name|first ?name|last ?name|surname|forename|given|family|middle|maiden|physician|doctor|provider|attending|clinician|nurse|surgeon|next of kin|guarantor|contact person)\b/,
  ],
];
const NO_NAME =
  /\b(?:drug|medication|test|code|unit|event|file|column|dataset|procedure|diagnosis|lab|item|concept|display|generic|brand|ward|type|class)\b/;

interface HarvestColumn {
  readonly position: number;
  readonly kind: IdentifierKind;
}

export class RowHarvest {
  readonly #id: number;
  readonly #columns: readonly HarvestColumn[];
  readonly #counted: {
    readonly mapped: number;
    readonly dropped: readonly IdentifierKind[];
    readonly unknown: number;
  };

  /** @param named columns that the mapping names */
  constructor(
    header: readonly string[],
    id: string,
    named: readonly string[],
    private readonly context: CsvContext,
  ) {
    const mapped = new Set(named);
    this.#id = header.indexOf(id);
    const found = header.map((name, position) => ({ name, position, kind: kindOf(name) }));
    this.#columns = found.filter(
      (column): column is typeof column & HarvestColumn =>
        column.kind !== null && column.position !== this.#id,
    );
    const unmapped = found.filter(({ name }) => !mapped.has(name));
    this.#counted = {
      mapped: header.length - unmapped.length,
      dropped: unmapped.flatMap(({ kind }) => (kind === null ? [] : [kind])),
      unknown: unmapped.filter(({ kind }) => kind === null).length,
    };
  }

  rows(rows: readonly (readonly string[])[], where: string): void {
    const { elements, staging } = this.context;
    const { mapped, dropped, unknown } = this.#counted;
    if (rows.length === 0) return;
    elements.add(`transform ${where}: mapped columns`, mapped * rows.length);
    for (const kind of dropped) elements.add(`drop ${where}: ${kind}`, rows.length);
    if (unknown > 0) elements.add("unknown column", unknown * rows.length);
    for (const row of rows) {
      const person = row[this.#id]?.trim() ?? "";
      if (person === "") continue;
      if (where !== "table") staging.addKnown({ person, kind: "number", value: person });
      const given: string[] = [];
      for (const { position, kind } of this.#columns) {
        const value = identifierText(row[position] ?? "");
        if (value === null) continue;
        if (kind === "name") given.push(value);
        staging.addKnown({ person, kind, value: kind === "date" ? value.slice(0, 10) : value });
      }
      // First name and surname stand in columns of their own.
      const whole = given.length > 1 && given.length < 5 ? identifierText(given.join(" ")) : null;
      if (whole !== null && where !== "table") staging.addKnown({ person, kind: "name", value: whole });
    }
  }
}

/** What a column of this name holds; null where the name does not say. */
export function kindOf(column: string): IdentifierKind | null {
  const words = column
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .replace(/[_\-.]+/g, " ")
    .toLowerCase();
  const kind = KINDS.find(([, pattern]) => pattern.test(words))?.[0] ?? null;
  return kind === "name" && NO_NAME.test(words) ? null : kind;
}
