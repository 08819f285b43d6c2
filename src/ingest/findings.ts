/** What the readers count besides events; parts that were counted apart add up. */
import { Counter, Tally } from "./tally.ts";

export interface Findings {
  readonly tally: Tally;
  /** Kept, but worth a look. */
  readonly notes: Counter;
  /** FHIR: resources of types that are not read. */
  readonly notRead: Counter;
  /** Codes whose values have a unit that is not recognised. */
  readonly unknownUnits: Counter;
  /** Elements of the export by class, where they are screened: `drop Patient.name`. */
  readonly elements: Counter;
}

/** As it travels between threads. */
export type PackedFindings = { readonly [K in keyof Findings]: ReturnType<Findings[K]["rows"]> };

export function emptyFindings(): Findings {
  return {
    tally: new Tally(),
    notes: new Counter(),
    notRead: new Counter(),
    unknownUnits: new Counter(),
    elements: new Counter(),
  };
}

export function packFindings({ tally, notes, notRead, unknownUnits, elements }: Findings): PackedFindings {
  return {
    tally: tally.rows(),
    notes: notes.rows(),
    notRead: notRead.rows(),
    unknownUnits: unknownUnits.rows(),
    elements: elements.rows(),
  };
}

export function addFindings(to: Findings, part: PackedFindings): void {
  for (const { fate, reason, source, count } of part.tally) to.tally.add(fate, reason, source, count);
  for (const name of ["notes", "notRead", "unknownUnits", "elements"] as const) {
    for (const { what, count } of part[name]) to[name].add(what, count);
  }
}
