/**
 * Which features the baselines read from a record. Learnt once, on development persons, from what was available at
 * their prediction times, and stored with the models.
 * Invariant: a feature is named by codes alone; keys of persons and of groups never become features.
 */
import { z } from "zod";
import { eventsBefore, type PatientHistory } from "../../vetting/patient-history.ts";
import { quantileOfSorted } from "./quantile-of-sorted.ts";

const numericCode = z.strictObject({
  code: z.string(),
  unit: z.string().nullable(),
  /** Values are drawn in to these bounds (0.1 % and 99.9 % of development values): a slipped decimal point stays small. */
  low: z.number(),
  high: z.number(),
});

export const featureCatalogueSchema = z.strictObject({
  statics: z.array(z.string()),
  numerics: z.array(numericCode),
  codes: z.array(z.string()),
});

export type FeatureCatalogue = z.infer<typeof featureCatalogueSchema>;

/** A code seen in fewer development persons teaches nothing. */
const MINIMUM_PERSONS = 20;
const SEPARATOR = "\u0000";

/**
 * @param predictionDays days per history at which features will be read; null where there is none
 */
export function learnFeatureCatalogue(
  histories: readonly PatientHistory[],
  predictionDays: (history: PatientHistory) => readonly (number | null)[],
): FeatureCatalogue {
  const staticPersons = new Map<string, number>();
  const codePersons = new Map<string, number>();
  const numericPersons = new Map<string, number>();
  const values = new Map<string, number[]>();
  for (const history of histories) {
    const days = predictionDays(history).filter((day) => day !== null);
    if (days.length === 0) continue;
    for (const code of new Set(history.staticCodes)) increment(staticPersons, code);
    const codes = new Set<string>();
    const numerics = new Set<string>();
    for (const event of eventsBefore(history, Math.max(...days))) {
      if (event.value === null) {
        codes.add(event.code);
        continue;
      }
      const key = numericKey(event.code, event.unit);
      numerics.add(key);
      const known = values.get(key);
      if (known === undefined) values.set(key, [event.value]);
      else known.push(event.value);
    }
    for (const code of codes) increment(codePersons, code);
    for (const key of numerics) increment(numericPersons, key);
  }
  return {
    statics: frequent(staticPersons),
    numerics: frequent(numericPersons).map((key) => {
      const [code = "", unit = ""] = key.split(SEPARATOR);
      const sorted = Float64Array.from(values.get(key) ?? []).sort();
      return {
        code,
        unit: unit === "" ? null : unit,
        low: quantileOfSorted(sorted, 0.001),
        high: quantileOfSorted(sorted, 0.999),
      };
    }),
    codes: frequent(codePersons),
  };
}

/** One numeric feature group per code and unit; the unit "1" of dimensionless quantities is no unit. */
export function numericKey(code: string, unit: string | null): string {
  return `${code}${SEPARATOR}${unit === "1" ? "" : (unit ?? "")}`;
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function frequent(persons: Map<string, number>): string[] {
  return [...persons]
    .filter(([, count]) => count >= MINIMUM_PERSONS)
    .map(([key]) => key)
    .sort();
}
