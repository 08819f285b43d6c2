/** Invented patients with questions whose answers are known, for the tests of the assistant. */
import type { Tools } from "../../src/assistant/tools/tools.ts";
import type { Random } from "../../src/effects/random.ts";
import type { PatientEvent, SubjectKey, Timeline } from "../../src/timeline/patient-event.ts";

export interface KnownQuestion {
  readonly question: string;
  /** What a right answer holds, all of it. */
  readonly holds: readonly string[];
}

const LABS = [
  ["LOINC/4548-4", "HbA1c", "%", 5, 11],
  ["LOINC/2085-9", "HDL cholesterol", "mg/dL", 25, 90],
  ["LOINC/2160-0", "creatinine", "mg/dL", 0.5, 3],
  ["LOINC/8480-6", "systolic blood pressure", "mm[Hg]", 95, 190],
  ["LOINC/718-7", "hemoglobin", "g/dL", 8, 17],
] as const;
const CONDITIONS = [
  ["ICD10CM/I10", "Essential (primary) hypertension", "high blood pressure"],
  ["ICD10CM/E11.9", "Type 2 diabetes mellitus without complications", "type 2 diabetes"],
  ["ICD10CM/M81.0", "Age-related osteoporosis without current pathological fracture", "osteoporosis"],
  ["ICD10CM/L40.0", "Psoriasis vulgaris", "psoriasis"],
  ["ICD10CM/I48.91", "Unspecified atrial fibrillation", "atrial fibrillation"],
] as const;
const DRUGS = [
  ["RXNORM/860975", "metformin hydrochloride 500 MG Oral Tablet", "metformin"],
  ["RXNORM/314076", "lisinopril 10 MG Oral Tablet", "lisinopril"],
  ["RXNORM/617312", "atorvastatin 20 MG Oral Tablet", "atorvastatin"],
] as const;

export const DESCRIPTIONS: ReadonlyMap<string, string> = new Map(
  [...CONDITIONS, ...DRUGS].map(([code, description]) => [code, description]),
);

/** A record alone: no model, no knowledge. */
export function emptyTools(timeline: Timeline): Tools {
  return {
    timeline,
    descriptionOf: (code) => DESCRIPTIONS.get(code) ?? null,
    outcomes: [],
    forecast: null,
    reasoning: null,
    passages: null,
    vetted: [],
    model: null,
  };
}

export function inventedPatient(random: Random, extra: readonly Partial<PatientEvent>[] = []) {
  const events: PatientEvent[] = [
    event({ time: Date.UTC(1950 + random.integer(40), 3, 7), code: "MEDS_BIRTH" }),
  ];
  const questions: KnownQuestion[] = [];
  for (const [code, name, unit, low, high] of LABS) {
    const values = Array.from({ length: 2 + random.integer(5) }, () => ({
      time: day(random),
      value: Number((low + random.next() * (high - low)).toFixed(1)),
    })).sort((a, b) => a.time - b.time);
    for (const { time, value } of values)
      events.push(event({ time, code, numericValue: value, unit, source: "Observation" }));
    const [first, last] = [values[0], values.at(-1)];
    const highest = [...values].sort((a, b) => b.value - a.value)[0];
    if (first === undefined || last === undefined || highest === undefined) continue;
    questions.push(
      { question: `What was my last ${name}?`, holds: [String(last.value), iso(last.time)] },
      { question: `What was the first ${name} in my record?`, holds: [String(first.value), iso(first.time)] },
      { question: `What was my highest ${name} ever?`, holds: [String(highest.value)] },
      { question: `How many times was my ${name} measured?`, holds: [String(values.length)] },
    );
  }
  for (const [code, , name] of CONDITIONS) {
    if (random.next() < 0.5) {
      questions.push({
        question: `Do I have ${name}?`,
        holds: name === "osteoporosis" || name === "psoriasis" ? [] : ["no entry"],
      });
      continue;
    }
    const time = day(random);
    events.push(event({ time, code, source: "Condition" }));
    questions.push(
      { question: `When was I diagnosed with ${name}?`, holds: [iso(time)] },
      { question: `Do I have ${name}?`, holds: ["Yes", iso(time)] },
    );
  }
  for (const [code, , name] of DRUGS) {
    const time = day(random);
    events.push(event({ time, code, source: "MedicationRequest" }));
    questions.push({ question: `Since when do I take ${name}?`, holds: [iso(time)] });
  }
  for (const one of extra) events.push(event({ time: day(random), ...one }));
  events.sort((a, b) => (a.time ?? 0) - (b.time ?? 0));
  const timeline: Timeline = { subjectId: 7 as SubjectKey, events };
  return { timeline, questions };
}

function event(some: Partial<PatientEvent>): PatientEvent {
  return {
    time: null,
    code: "",
    numericValue: null,
    textValue: null,
    unit: null,
    availableTime: null,
    encounterId: null,
    source: "Patient",
    ...some,
  };
}

function day(random: Random): number {
  return Date.UTC(2010, 0, 1) + random.integer(5000) * 86_400_000;
}

function iso(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
