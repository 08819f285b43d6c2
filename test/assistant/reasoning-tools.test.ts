/** Questions that the site's own model answers by reasoning, on a small model, for clinicians and patients. */
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import type { Answer, Register } from "../../src/assistant/answer.ts";
import { answerQuestion } from "../../src/assistant/answer-question.ts";
import { presented, reasoningAsked } from "../../src/assistant/tools/reasoning/reasoning-question.ts";
import type { Tools } from "../../src/assistant/tools/tools.ts";
import { verifySentence } from "../../src/assistant/verification/verify-sentence.ts";
import { createRandom } from "../../src/effects/random.ts";
import { differentialConditions } from "../../src/reasoning/differential/differential.ts";
import { withoutEvidence } from "../../src/reasoning/differential/differential-evidence.ts";
import type { ReasonedModel } from "../../src/reasoning/reasoned-model.ts";
import { type ReasonedPerson, Reasoner } from "../../src/reasoning/reasoner.ts";
import { smallOutcomes, smallTimelines } from "../support/small-cohort.ts";
import { smallReasonedModel } from "../support/small-reasoned-model.ts";
import { emptyTools } from "./invented-patient.ts";

const timelines = smallTimelines(300);
const timeline = timelines.find(({ events }) => !events.some(({ code }) => code === "DX/k"))!;
const DESCRIBED: Readonly<Record<string, string>> = { "DX/k": "Kalosis", "LAB/x": "Xanthine level" };
let model: ReasonedModel;
beforeAll(async () => {
  model = await smallReasonedModel(timelines);
});
afterAll(() => model.close());

function tools(some: Partial<ReasonedPerson> = {}): Tools {
  const reasoner = new Reasoner({
    model,
    timeline,
    day: model.historyOf(timeline).indexDay!,
    askable: (days) => ({ conditions: differentialConditions(model), days }),
    tests: async () => ({
      schema: "longitude.tests/1",
      currency: "EUR",
      burdenPoint: 0,
      tests: [{ name: "Xanthine", code: "LAB/x", unit: "mg/dL", cost: 5, burden: 1 }],
    }),
    panels: async () => [
      { name: "Primary care", outcomes: [{ outcome: "onset", threshold: 0.0001, owns: true }] },
      { name: "Cardiology", outcomes: [{ outcome: "onset", threshold: 0.999, owns: false }] },
    ],
    evidence: async () => null,
    vetted: [],
    notices: ["only invented"],
    threads: 1,
    longestFuture: 32,
    random: createRandom("reasoning"),
    ...some,
  });
  return {
    ...emptyTools(timeline),
    descriptionOf: (code) => DESCRIBED[code] ?? null,
    outcomes: smallOutcomes.map(({ name, title, matches }) => ({
      name,
      title,
      matches: (code) => matches(code, null),
    })),
    reasoning: async () => reasoner,
  };
}

function textOf({ sentences }: Answer): string {
  return sentences.map(({ text }) => text).join("\n");
}

const QUESTIONS = [
  ["differential", "What could explain my xanthine level?"],
  ["next-test", "Which test should be done next?"],
  ["what-if", "What if my xanthine level were 160?"],
  ["care-team", "What would the care team say?"],
] as const;

describe.each(QUESTIONS)("%s", (way, question) => {
  it.each(["clinician", "patient"] as const)(
    "answers a %s, each sentence with what it rests on",
    async (who) => {
      const answer = await answerQuestion(question, who, tools());
      expect(answer).toMatchObject({ status: "answered", cut: [], writtenBy: "composed" });
      expect(answer.tools[0]).toEqual({ tool: way, outcome: "found" });
      const supports = new Map(answer.supports.map((support) => [support.id, support]));
      for (const { text, cites } of answer.sentences)
        expect(verifySentence(text, cites, supports), text).toMatchObject({ supported: true });
      const links = answer.supports.map(({ link }) => link);
      expect(
        links.some(
          (link) =>
            (link.type === "forecast" && link.outcome === "onset") ||
            (link.type === "reasoning" && link.way === way && link.model === "m".repeat(64)),
        ),
      ).toBe(true);
      expect(answer.notices.join()).toContain("not the effect of a treatment");
      expect(answer.notices.join()).toContain("only invented");
    },
  );

  it("tells a patient no threshold, no bits and no percentages", async () => {
    const answer = await answerQuestion(question, "patient", tools());
    expect(textOf(answer)).not.toMatch(/threshold|bits|%|interval|held-out|Cardiology/);
  });

  it("says nothing where no forecast may be seen", async () => {
    const none = { ...tools(), reasoning: async () => null };
    expect(await answerQuestion(question, "clinician", none)).toMatchObject({ sentences: [] });
  });
});

describe("what could explain a complaint", () => {
  it("is told as forecasts, with what was laid into the record said", async () => {
    const said = textOf(await answerQuestion("What could explain my kalosis?", "clinician", tools()));
    expect(said).toContain("The record has no kalosis; it was laid into the record for this answer.");
    const open = textOf(await answerQuestion("What is the differential?", "clinician", tools()));
    expect(open).toMatch(/onset, new within 5 years: \d+\.\d %, as the model says it/i);
    expect(open).toContain("No set is stated: no coverage was measured.");
    const conditions = differentialConditions(model);
    const none = withoutEvidence(conditions, 1826.25);
    const coverage = { value: 0.93, low: 0.91, high: 0.95, n: 320, method: "Wilson", meanSize: 1 };
    const group = { from: null, to: 120, threshold: 0.5, calibratedOn: 140, coverage };
    const evidence = async () => ({
      ...none,
      ...{
        statedCoverage: 0.9,
        calibratedOn: 289,
        coverage,
        ageGroups: [group, { ...group, from: 120, to: null }],
      },
    });
    const stated = textOf(
      await answerQuestion("What is the differential?", "clinician", tools({ evidence })),
    );
    expect(stated).toContain(
      "The set states a coverage of 90.0 %; measured in 320 held-out persons of the ages below 120: 93.0 %",
    );
  });

  it.each<[Register, boolean]>([
    ["clinician", true],
    ["patient", false],
  ])(
    "of which the model knows nothing is said to be unknown (%s), and a patient gets no list",
    async (who, list) => {
      const answer = await answerQuestion("What could explain my cough?", who, tools());
      expect(textOf(answer)).toMatch(/never (?:met|seen) cough/);
      expect(answer.supports.some(({ kind }) => kind === "forecast")).toBe(list);
    },
  );
});

describe("what if", () => {
  const asked = async (question: string) => textOf(await answerQuestion(question, "clinician", tools()));

  it.each([
    ["What if DX/k were added?", "with DX/k added"],
    [
      "What if my xanthine level were 160 in the next 2 years?",
      "with Xanthine level 160 in place of its last value",
    ],
    ["What if LAB/x were removed?", "without LAB/x"],
    ["What if xanthine level were left out, 2 years ahead?", "without Xanthine level"],
    ["What if wobbliness were added?", "No event that the model knows goes by that name"],
  ])("%s", async (question, said) => {
    expect(await asked(question)).toContain(said);
  });

  it("names before, after and difference at the horizon that was asked", async () => {
    expect(await asked("What if my xanthine level were 160, 2 years ahead?")).toMatch(
      /onset within 2 years: \d+\.\d % as it is, \d+\.\d % as changed \([+-]\d+\.\d points\)/i,
    );
  });

  it("speaks only of what is askable", async () => {
    const some = tools({ askable: () => ({ conditions: [], days: 365.25 }) });
    const said = textOf(await answerQuestion("What if LAB/x were 160?", "clinician", some));
    expect(said).not.toMatch(/onset within/i);
  });
});

test.each([
  ["What could explain my cough?", "differential", "cough"],
  ["What might be causing his chest infection?", "differential", "chest infection"],
  ["Why do I have a headache?", "differential", "headache"],
  ["What causes gout?", null, null],
  ["What could cause my swollen ankles in the next 2 years?", "differential", "swollen ankles"],
  ["Which test should be done next?", "next-test", null],
  ["What is the next best test for diabetes?", "next-test", null],
  ["What was my last test?", null, null],
  ["What tests do I have?", null, null],
  ["What if metformin were added?", "what-if", null],
  ["How would my risk of stroke change if I had diabetes?", "what-if", null],
  ["Who should look after my diabetes?", "care-team", null],
  ["What is my risk of stroke?", null, null],
  ["Do I have high blood pressure?", null, null],
])("%s is a question for %s", (question, way, about) => {
  expect(reasoningAsked(question)).toBe(way);
  if (about !== null) expect(presented(question)).toBe(about);
});
