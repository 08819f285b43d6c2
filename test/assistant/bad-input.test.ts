/** What a reader gets when something about a question is wrong: a shorter true answer, or "cannot answer"; never a made-up one. */
import { describe, expect, it } from "vitest";
import { WORDINGS } from "../../bench/wordings.table.ts";
import { answerQuestion } from "../../src/assistant/answer-question.ts";
import { isForeign } from "../../src/assistant/language/question-language.ts";
import type { LanguageModel } from "../../src/assistant/models/language-model.ts";
import { PassageIndex } from "../../src/assistant/retrieval/passage-index.ts";
import type { Tools } from "../../src/assistant/tools/tools.ts";
import { createRandom } from "../../src/effects/random.ts";
import type { PatientEvent } from "../../src/timeline/patient-event.ts";
import { emptyTools, inventedPatient } from "./invented-patient.ts";

const patient = (name: string, extra: readonly Partial<PatientEvent>[] = []) =>
  inventedPatient(createRandom(name), extra).timeline;
const textOf = ({ sentences }: { readonly sentences: readonly { readonly text: string }[] }) =>
  sentences.map(({ text }) => text).join(" ");

describe("a note of 1 MB", () => {
  const secret = "the tumour marker was 999 in Timbuktu";
  const note = {
    code: "LOINC/11506-3",
    textValue: `${secret}. `.repeat(28_000),
    source: "DocumentReference",
  };
  const timeline = patient("note", [note]);

  it("is neither repeated, nor given to a model, nor in the way of an answer", async () => {
    expect(note.textValue.length).toBeGreaterThan(2 ** 20);
    const seen: string[] = [];
    const model: LanguageModel = {
      name: "nosy",
      draft: (request) => {
        seen.push(JSON.stringify(request));
        return Promise.resolve("");
      },
    };
    const tools = { ...emptyTools(timeline), model };
    const begun = performance.now();
    const answers = [];
    for (const question of [
      "What was my last HbA1c?",
      "What do my notes say?",
      "What was my tumour marker?",
      "List my tests",
    ])
      answers.push(await answerQuestion(question, "patient", tools));
    expect(performance.now() - begun).toBeLessThan(4 * 2000);
    expect(answers[0]?.status).toBe("answered");
    expect(JSON.stringify(answers) + seen.join()).not.toMatch(/Timbuktu|999/);
  });
});

describe("a question in another language", () => {
  const tools = emptyTools(patient("languages"));

  it.each([
    "Wie hoch war mein letzter HbA1c?",
    "Habe ich Diabetes und seit wann?",
    "Quelle est ma dernière HbA1c ?",
    "Qual foi a minha última HbA1c?",
    "Qual è stato il mio ultimo HbA1c?",
    "Какой был мой последний HbA1c?",
    "我最近一次的HbA1c是多少?",
    "ما هي آخر قراءة HbA1c؟",
  ])("is told that it is not understood, and is not answered as if it were another: %s", async (question) => {
    const answer = await answerQuestion(question, "patient", tools);
    expect([answer.status, answer.sentences]).toEqual(["cannot-answer", []]);
    expect(answer.notices.join()).toMatch(/English and Spanish only.*emergency/);
  });

  it("is answered first of all where it names a danger that is known", async () => {
    const { urgent } = await answerQuestion("Tengo dolor de pecho muy fuerte", "patient", tools);
    expect(urgent?.flag).toBe("red-flag/chest-pain");
  });

  it("is not taken for one where it is English, however it is worded", () => {
    const worded = Object.values(WORDINGS)
      .flatMap((kinds) => Object.values(kinds).flat())
      .map((one) => one.replace("X", "Wolff-Parkinson-White syndrome"));
    const short = [
      "HbA1c?",
      "last MI",
      "die of MI?",
      "Will my son die?",
      "plus or minus",
      "Is it a la carte?",
      "Wie?",
    ];
    expect([...worded, ...short].filter(isForeign)).toEqual([]);
  });
});

describe("a record that contradicts itself", () => {
  const at = Date.UTC(2031, 0, 5);
  const value = (numericValue: number, unit = "%") => ({
    time: at,
    code: "LOINC/4548-4",
    numericValue,
    unit,
    source: "Observation",
  });

  it("is told with both values, and none is chosen", async () => {
    const timeline = patient("two values", [value(6.1), value(9.4)]);
    const answer = await answerQuestion("What was my last HbA1c?", "patient", emptyTools(timeline));
    expect(textOf(answer)).toBe(
      "Your record has 2 different values of HbA1c for 2031-01-05: 6.1 % and 9.4 %.",
    );
  });

  it("is told with both dates of birth, and gives no score that needs an age", async () => {
    const born = { time: Date.UTC(1931, 4, 6), code: "MEDS_BIRTH" };
    const creatinine = {
      time: at,
      code: "LOINC/2160-0",
      numericValue: 1.1,
      unit: "mg/dL",
      source: "Observation",
    };
    const known = [{ time: null, code: "SEX/F" }, creatinine];
    const score = async (more: readonly Partial<PatientEvent>[]) =>
      textOf(
        await answerQuestion(
          "What is my eGFR?",
          "patient",
          emptyTools(patient("two births", [...known, ...more])),
        ),
      );
    expect(await score([])).toMatch(/is \d+ mL\/min/);
    expect(await score([born])).toMatch(/cannot be worked out: .*age/);
    const timeline = patient("two births", [born]);
    const answer = await answerQuestion("How old am I?", "patient", emptyTools(timeline));
    expect(textOf(answer)).toMatch(
      /^Your record has 2 different dates of birth: 1931-05-06 and \d{4}-04-07\.$/,
    );
  });
});

describe("a tool that fails midway", () => {
  const passage = {
    id: "1",
    publisher: "P",
    url: "https://example.org/1",
    title: "Gout",
    kind: "symptoms",
    text: "Symptoms of gout are a swollen and painful big toe.",
  };
  const outcome = { name: "gout", title: "Gout", matches: () => false };
  const whole: Tools = {
    ...emptyTools(patient("failing")),
    outcomes: [outcome],
    passages: new PassageIndex([passage]),
    forecast: () => Promise.resolve({ risk: 0.3, estimator: "direct", notice: null }),
  };
  const broken = () => {
    throw new Error("gone in the middle of it, with 42 mg of warfarin");
  };

  it("leaves what the others found, and says which it was", async () => {
    const question = "What is my risk of gout in the next 5 years?";
    expect(textOf(await answerQuestion(question, "patient", whole))).toContain("30.0 %");
    for (const forecast of [broken, () => Promise.reject(new Error("gone"))]) {
      const answer = await answerQuestion(question, "patient", { ...whole, forecast });
      expect(answer.tools[0]).toEqual({ tool: "forecast", outcome: "failed" });
      expect(JSON.stringify(answer)).not.toMatch(/30|warfarin|42/);
    }
  });

  it('gives a clear "cannot answer" where nothing else is left', async () => {
    const tools = { ...whole, passages: null, descriptionOf: broken };
    const answer = await answerQuestion("What conditions do I have?", "patient", tools);
    expect([answer.status, answer.sentences, answer.askInstead]).toEqual([
      "cannot-answer",
      [],
      "Please ask your care team.",
    ]);
    expect(answer.tools).toContainEqual({ tool: "record", outcome: "failed" });
    const values = Object.assign(new PassageIndex([passage]), { find: broken });
    const knowledge = await answerQuestion("What are the symptoms of gout?", "patient", {
      ...whole,
      passages: values,
    });
    expect(knowledge.status).toBe("cannot-answer");
    expect(knowledge.tools).toContainEqual({ tool: "knowledge", outcome: "failed" });
  });
});
