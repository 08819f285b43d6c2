/**
 * Brings an event into the code and the unit that the model learned, as the import did for its training records: ICD-9-CM as
 * the one ICD-10-CM code that says the same, a value in the unit of its code.
 * Invariant: a code is replaced only where the map has exactly one equivalent; a value whose unit does not convert keeps its
 * own, and is then a code without a known value.
 */
import { analyteOf } from "../../ingest/meaning/analytes.table.ts";
import { convertUnit, type Substance } from "../../ingest/meaning/convert-unit.ts";
import type { UnitsConfig } from "../../ingest/meaning/units-config.ts";
import { icd10cmOf } from "../../terminology/icd.ts";
import type { TerminologyConfig } from "../../terminology/terminology-config.ts";
import type { PatientEvent } from "../../timeline/patient-event.ts";
import { binKey } from "../../tokens/value-bins.ts";
import type { Vocabulary } from "../../tokens/vocabulary.ts";

const MARK = "//";
const ICD9 = "ICD9CM/";
const ICD10 = "ICD10CM/";

export class EventMeaning {
  /** Code → units of its bins. */
  readonly #units = new Map<string, string[]>();
  readonly #keys: ReadonlySet<string>;

  constructor(
    private readonly vocabulary: Vocabulary,
    private readonly siteUnits: UnitsConfig,
    private readonly icd9cm: TerminologyConfig["icd9cm"],
  ) {
    this.#keys = new Set(Object.keys(vocabulary.file.edges));
    for (const key of this.#keys) {
      const at = key.indexOf(MARK);
      if (at < 0) continue;
      const code = key.slice(0, at);
      this.#units.set(code, [...(this.#units.get(code) ?? []), key.slice(at + MARK.length)]);
    }
  }

  settled<E extends PatientEvent>(event: E): E {
    return this.#inUnit(this.#inCode(event));
  }

  /** Where ICD-9-CM is kept beside its equivalents, only what the vocabulary does not know of it is replaced. */
  #inCode<E extends PatientEvent>(event: E): E {
    const { code } = event;
    if (!code.startsWith(ICD9)) return event;
    if (this.icd9cm === "backOff" && this.vocabulary.match(code, null, null).match !== "unknown")
      return event;
    const targets = icd10cmOf(code.slice(ICD9.length));
    const [only] = targets?.codes ?? [];
    return only === undefined || targets?.codes.length !== 1 || targets.combination
      ? event
      : { ...event, code: ICD10 + only };
  }

  #inUnit<E extends PatientEvent>(event: E): E {
    const { code, numericValue, unit } = event;
    if (numericValue === null || unit === null || this.#keys.has(binKey(code, unit))) return event;
    for (const known of this.#units.get(code) ?? []) {
      const conversion = convertUnit(unit, known, this.#substanceOf(code));
      if (conversion !== null) {
        const value = Math.fround(numericValue * conversion.factor + conversion.offset);
        return { ...event, numericValue: value, unit: known };
      }
    }
    return event;
  }

  #substanceOf(code: string): Substance {
    const molarMass = this.siteUnits[code]?.molarMass;
    return { ...analyteOf(code)?.substance, ...(molarMass === undefined ? {} : { molarMass }) };
  }
}
