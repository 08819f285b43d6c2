import { describe, expect, it } from "vitest";
import { answerQuestion } from "../../src/assistant/answer-question.ts";
import { calculate, shownResult } from "../../src/assistant/calculators/calculate.ts";
import { CALCULATORS } from "../../src/assistant/calculators/calculators.table.ts";
import type { PatientEvent, SubjectKey, Timeline } from "../../src/timeline/patient-event.ts";
import { emptyTools } from "./invented-patient.ts";

const DAY = Date.UTC(2022, 4, 10);

function recordOf(...events: Partial<PatientEvent>[]): Timeline {
  const blank = {
    time: DAY,
    code: "",
    numericValue: null,
    textValue: null,
    unit: null,
    availableTime: null,
    encounterId: null,
    source: "Observation",
  };
  return { subjectId: 1 as SubjectKey, events: events.map((event) => ({ ...blank, ...event })) };
}

const BORN_1967: Partial<PatientEvent> = { code: "MEDS_BIRTH", time: Date.UTC(1967, 1, 2) };
const MAN: Partial<PatientEvent> = { code: "SEX/M", time: null };
const creatinine = (numericValue: number, unit: string | null, time = DAY): Partial<PatientEvent> => ({
  code: "LOINC/2160-0",
  numericValue,
  unit,
  time,
});
const egfr = CALCULATORS.find(({ id }) => id === "egfr-ckd-epi-2021")!;

describe.each(CALCULATORS.map((one) => [one.id, one] as const))("the calculator %s", (_, calculator) => {
  it("gives what its worked examples give", () => {
    expect(calculator.worked.length).toBeGreaterThan(0);
    for (const [values, shown] of calculator.worked) {
      expect(values).toHaveLength(calculator.inputs.length);
      const result = calculator.compute(...values);
      expect(shownResult({ ...calculator, unit: "" }, result ?? Number.NaN)).toBe(shown);
    }
  });

  it("refuses an empty record, and says what it lacks", () => {
    const calculated = calculate(calculator, recordOf());
    expect("missing" in calculated && calculated.missing.length).toBeGreaterThan(0);
  });

  it("names where it was published", () => expect(calculator.source).toMatch(/\d{4}/));
});

describe("a calculation", () => {
  it("is the same in the units of any laboratory", () => {
    const inMass = calculate(egfr, recordOf(MAN, BORN_1967, creatinine(1.2, "mg/dL")));
    const inMoles = calculate(egfr, recordOf(MAN, BORN_1967, creatinine(106.08, "umol/L")));
    expect(inMass).toMatchObject({ value: "71 mL/min/1.73 m2" });
    expect(inMoles).toMatchObject({ value: "71 mL/min/1.73 m2" });
  });

  it.each([
    ["a unit that is not stated", [creatinine(1.2, null)], "creatinine"],
    ["a unit of another quantity", [creatinine(1.2, "U/L")], "creatinine"],
    ["a value that nobody living has had", [creatinine(120, "mg/dL")], "creatinine"],
    ["two values of the same time", [creatinine(1.2, "mg/dL"), creatinine(2.4, "mg/dL")], "creatinine"],
    ["two sexes", [creatinine(1.2, "mg/dL"), { code: "SEX/F", time: null }], "sex"],
  ])("is refused with %s", (_, events, lacks) => {
    expect(calculate(egfr, recordOf(MAN, BORN_1967, ...events))).toEqual({ missing: [lacks] });
  });

  it("is refused for a child, and for values that lie too far apart", () => {
    const child = { ...BORN_1967, time: Date.UTC(2012, 1, 2) };
    expect(calculate(egfr, recordOf(MAN, child, creatinine(1.2, "mg/dL")))).toEqual({ missing: ["age"] });
    const gap = CALCULATORS.find(({ id }) => id === "anion-gap")!;
    const at = (code: string, time: number) => ({ code, numericValue: 100, unit: "mmol/L", time });
    const events = [
      at("LOINC/2951-2", DAY - 9e8),
      at("LOINC/2075-0", DAY),
      { ...at("LOINC/1963-8", DAY), numericValue: 24 },
    ];
    expect(calculate(gap, recordOf(...events))).toEqual({ missing: ["sodium"] });
  });

  it("of a score for atrial fibrillation is refused to whom has none", () => {
    const score = CALCULATORS.find(({ id }) => id === "cha2ds2-vasc")!;
    const at = { time: DAY };
    expect(calculate(score, recordOf(MAN, BORN_1967, { ...at, code: "ICD10CM/I10" }))).toEqual({
      missing: ["atrial fibrillation"],
    });
    const codes = ["ICD10CM/I48.91", "ICD10CM/I10", "ICD10CM/I63.9"];
    const events = codes.map((code) => ({ ...at, code, source: "Condition" }));
    expect(calculate(score, recordOf(MAN, BORN_1967, ...events))).toMatchObject({ value: "3" });
  });
});

describe("a question that names a calculator", () => {
  const timeline = recordOf(MAN, BORN_1967, creatinine(1.2, "mg/dL"));
  const ask = (question: string, register: "patient" | "clinician" = "patient") =>
    answerQuestion(question, register, emptyTools(timeline));

  it("is answered from the record, with formula and events", async () => {
    const answer = await ask("What is my eGFR?");
    expect(answer.sentences.map(({ text }) => text)).toEqual([
      "Your estimated kidney filtration rate (eGFR) is 71 mL/min/1.73 m2 by the values in your record.",
    ]);
    expect(answer.supports[0]?.link).toMatchObject({ type: "formula", positions: [2, 1, 0] });
    const dense = await ask("eGFR?", "clinician");
    expect(dense.sentences[1]?.text).toContain("creatinine 1.2 mg/dL; age 55 years; sex male");
  });

  it("says what is missing where it cannot be worked out", async () => {
    const answer = await ask("What is my FIB-4?");
    expect(answer.sentences[0]?.text).toMatch(/cannot be worked out.*no usable aspartate aminotransferase/);
  });

  it("about knowledge gets no calculation", async () => {
    expect((await ask("What is MELD?")).sentences).toEqual([]);
  });
});
