import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/effects/random.ts";
import { prepareAuroc } from "../../src/evaluation/measures/auroc.ts";
import { prepareConcordance } from "../../src/evaluation/measures/concordance.ts";
import { CENSORED, ONSET, once, statusAt } from "../../src/evaluation/measures/observations.ts";
import { recordLengthStrata } from "../../src/evaluation/measures/record-length-strata.ts";

const WINDOW_YEARS = 22.8;

/** Onsets that have nothing to do with the record; a window of 22.8 years shared by record and follow-up. */
function cohortInWindow(persons: number) {
  const random = createRandom("window");
  const recordYears = Float64Array.from({ length: persons }, () => 20 * random.next());
  const days = new Float64Array(persons);
  const kind = new Uint8Array(persons);
  for (let i = 0; i < persons; i++) {
    const onset = -Math.log(1 - random.next()) / 0.04;
    const end = Math.min(WINDOW_YEARS - (recordYears[i] as number), 1 + 19 * random.next());
    days[i] = 365.25 * Math.min(onset, end);
    kind[i] = onset <= end ? ONSET : CENSORED;
  }
  return { recordYears, observations: { days, kind } };
}

describe("record length and follow-up share one window", () => {
  const { recordYears, observations } = cohortInWindow(8000);
  const status = statusAt(observations, 3652.5);
  const everyone = once(8000);

  test("among persons with complete follow-up, record length alone seems to predict a 10-year onset", () => {
    expect(prepareAuroc(status, recordYears)(everyone)).toBeGreaterThan(0.6);
  });

  test("the C-index does not reward record length", () => {
    expect(Math.abs(prepareConcordance(observations, recordYears)(everyone) - 0.5)).toBeLessThan(0.02);
  });

  test("an AUROC inside strata of record length hardly does", () => {
    const strata = recordLengthStrata(recordYears, 5);
    expect(Math.abs(prepareAuroc(status, recordYears, strata)(everyone) - 0.5)).toBeLessThan(0.05);
  });

  test("strata are of about equal size, and equal record lengths share one", () => {
    const strata = recordLengthStrata(recordYears, 5);
    for (let s = 0; s < 5; s++) expect(strata.filter((value) => value === s).length).toBeCloseTo(1600, -1);
    expect(new Set(recordLengthStrata(Float64Array.of(0, 0, 0, 0, 1), 5)).size).toBe(2);
  });
});
