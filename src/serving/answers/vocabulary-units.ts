/**
 * Brings values into the unit that the model learned their code in, as the import did for its training records.
 * Invariant: a value whose unit does not convert keeps its own, and is then a code without a known value.
 */
import { analyteOf } from "../../ingest/meaning/analytes.table.ts";
import { convertUnit } from "../../ingest/meaning/convert-unit.ts";
import type { PatientEvent } from "../../timeline/patient-event.ts";
import { binKey } from "../../tokens/value-bins.ts";
import type { Vocabulary } from "../../tokens/vocabulary.ts";

const MARK = "//";

export class VocabularyUnits {
  /** Code → units of its bins. */
  readonly #units = new Map<string, string[]>();
  readonly #keys: ReadonlySet<string>;

  constructor({ file }: Vocabulary) {
    this.#keys = new Set(Object.keys(file.edges));
    for (const key of this.#keys) {
      const at = key.indexOf(MARK);
      if (at < 0) continue;
      const code = key.slice(0, at);
      this.#units.set(code, [...(this.#units.get(code) ?? []), key.slice(at + MARK.length)]);
    }
  }

  inModelUnit<E extends PatientEvent>(event: E): E {
    const { code, numericValue, unit } = event;
    if (numericValue === null || unit === null || this.#keys.has(binKey(code, unit))) return event;
    for (const known of this.#units.get(code) ?? []) {
      const conversion = convertUnit(unit, known, analyteOf(code)?.substance ?? {});
      if (conversion !== null) {
        const value = Math.fround(numericValue * conversion.factor + conversion.offset);
        return { ...event, numericValue: value, unit: known };
      }
    }
    return event;
  }
}
