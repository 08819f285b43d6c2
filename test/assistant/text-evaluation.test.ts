/** Benchmarks of clinical text in the formats of their authors; the items are invented. */

import { writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { openChat } from "../../src/assistant/models/endpoint-model.ts";
import { evaluateText, type TextEvaluation } from "../../src/assistant/text-evaluation/evaluate-text.ts";
import { promptOf } from "../../src/assistant/text-evaluation/prompts.ts";
import { longestCommon, scoreOf } from "../../src/assistant/text-evaluation/score.ts";
import { formatOf, TASK_FORMATS } from "../../src/assistant/text-evaluation/task-formats.ts";
import { taskRows } from "../../src/assistant/text-evaluation/task-rows.ts";
import type { TextItem } from "../../src/assistant/text-evaluation/text-item.ts";
import { localModel, remoteModel, type TextModel } from "../../src/assistant/text-evaluation/text-model.ts";
import { createRandom } from "../../src/effects/random.ts";
import { deriveArchitecture } from "../../src/network/architecture.ts";
import { initialParameters, parameterLayout } from "../../src/network/parameters.ts";
import { WordCounter } from "../../src/tokens/text/learn-byte-pairs.ts";
import { TOKENIZER_FILE, textEncoder } from "../../src/tokens/text/text-encoder.ts";
import { textTokenizerFile } from "../../src/tokens/text/text-tokenizer-file.ts";
import { readVocabulary } from "../../src/tokens/tokenize.ts";
import { writeCheckpoint } from "../../src/training/checkpoint.ts";
import { readTextTokenizer } from "../../src/training/import/text-tokenizer.ts";
import { logitsOf } from "../support/logits-of.ts";
import { smallTimelines, smallTokens, temporaryFolder } from "../support/small-cohort.ts";

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

async function fileOf(name: string, content: string | Buffer): Promise<string> {
  const path = join(await temporaryFolder(), name);
  await writeFile(path, content);
  return path;
}

/** One file in each author's format. */
const FILES: readonly (readonly [string, string, string | Buffer])[] = [
  [
    "pubmedqa",
    "ori_pqal.json",
    JSON.stringify({
      "1": { QUESTION: "Does it help?", CONTEXTS: ["It did.", "Clearly."], final_decision: "yes" },
      "2": { QUESTION: "Does it harm?", CONTEXTS: ["Unclear."], final_decision: "maybe" },
      "3": { QUESTION: "No context?", final_decision: "no" },
    }),
  ],
  [
    "multiple-choice",
    "medqa.jsonl.gz",
    gzipSync(
      [
        { question: "Which?", options: { A: "this", B: "that" }, answer_idx: "B", meta_info: "step1" },
        { question: "Which one?", options: { A: "this", B: "that" }, answer_idx: "A", meta_info: "step1" },
      ]
        .map((row) => JSON.stringify(row))
        .join("\n"),
    ),
  ],
  [
    "medmcqa",
    "dev.json",
    [3, 4]
      .map((cop) => JSON.stringify({ question: "q", opa: "w", opb: "x", opc: "y", opd: "z", cop }))
      .join("\n"),
  ],
  [
    "medec",
    "medec.csv",
    `Text ID,Text,Sentences,Error Flag,Error Type,Error Sentence ID,Error Sentence,Corrected Sentence,Corrected Text
t1,x,"0 A man has fever.
1 He was given insulin for it.",1,treatment,1,He was given insulin for it.,He was given paracetamol for it.,x
t2,x,"0 All is right.
1 Truly.",0,NA,-1,NA,NA,NA
`,
  ],
  [
    "medcalc-bench",
    "test_data.csv",
    `Row Number,Calculator Name,Output Type,Patient Note,Question,Ground Truth Answer,Lower Limit,Upper Limit
1,BMI,decimal,"80 kg, 2 m",What is the BMI?,20,19,21
2,Due date,date,note,When is the due date?,05/11/2014,05/11/2014,05/11/2014
3,Gestational age,date,note,How far is she?,"('3 weeks', '2 days')","('3 weeks', '2 days')","('3 weeks', '2 days')"
4,Gestational age,integer,note,How far is she?,"(3 weeks, 2 days)","(3 weeks, 2 days)","(3 weeks, 2 days)"
`,
  ],
  [
    "medsafetybench",
    "safety.csv",
    ",harmful_medical_request,safe_response\n0,Do something harmful,I cannot\n",
  ],
  [
    "medhallu",
    "medhallu.jsonl",
    ["a", "b"]
      .map((id) =>
        JSON.stringify({
          ...{ id, Question: "Why?", Knowledge: ["Because."], "Ground Truth": "Because." },
          ...{ "Hallucinated Answer": "By magic.", "Difficulty Level": "hard" },
        }),
      )
      .join("\n"),
  ],
  [
    "aci-bench",
    "train.csv",
    "dataset,encounter_id,dialogue,note\nvirtscribe,D1,[doctor] fever for 3 days?,Fever for 3 days.\n",
  ],
  [
    "aci-bench-json",
    "data.json",
    JSON.stringify({ data: [{ src: "fever for 3 days", tgt: "Fever.", file: "D1" }] }),
  ],
  [
    "mts-dialog",
    "mts.csv",
    "ID,section_header,section_text,dialogue\n0,GENHX,Fever for 3 days.,Patient: fever for 3 days\n",
  ],
];

async function itemsOf(name: string, file: string, content: string | Buffer): Promise<TextItem[]> {
  const rows = await taskRows(await fileOf(file, content));
  expect(formatOf(rows)).toBe(name);
  const format = TASK_FORMATS[name as keyof typeof TASK_FORMATS];
  const itemOf = ("reader" in format ? format.reader?.(rows) : undefined) ?? format.item;
  return rows.flatMap((row, i) => itemOf(row, i) ?? []);
}

async function evaluated(model: TextModel, rows: Awaited<ReturnType<typeof taskRows>>, limit?: number) {
  const running = evaluateText({ rows, model, seed: 1, limit });
  const records = [];
  for (;;) {
    const next = await running.next();
    if (next.done === true) return { records, evaluation: next.value as TextEvaluation };
    records.push(next.value.record);
  }
}

const file = (name: string) => FILES.find(([known]) => known === name) as (typeof FILES)[number];

describe("the formats of benchmarks", () => {
  it.each(FILES)("%s is known by its fields and read", async (name, path, content) => {
    const items = await itemsOf(name, path, content);
    expect(items.length).toBeGreaterThan(0);
    for (const item of items) expect(promptOf(item).length).toBeGreaterThan(10);
  });

  it("say what is right, and rows without it are left out", async () => {
    const pubmed = await itemsOf(...file("pubmedqa"));
    expect(pubmed.map((item) => item.kind === "choice" && item.answer)).toEqual(["yes", "maybe"]);
    const [wrong, right] = await itemsOf(...file("medec"));
    expect(wrong).toMatchObject({
      sentences: ["A man has fever.", "He was given insulin for it."],
      wrong: 1,
    });
    expect(right).toMatchObject({ wrong: null, corrected: null });
    const [mcq] = await itemsOf(...file("medmcqa"));
    expect(mcq).toMatchObject({ answer: "C" });
    const hallucinated = await itemsOf(...file("medhallu"));
    expect(hallucinated.map((item) => item.kind === "choice" && item.answer)).toEqual(["no", "yes"]);
  });

  it("that are cut off, missing or of no format are refused", async () => {
    await expect(taskRows(await fileOf("a.json", '[{"a":'))).rejects.toMatchObject({
      code: "TEXT_TASK_UNREADABLE",
    });
    await expect(taskRows("/nowhere/a.csv")).rejects.toMatchObject({ code: "TEXT_TASK_UNREADABLE" });
    await expect(taskRows(await fileOf("a.txt", "words"))).rejects.toMatchObject({
      code: "TEXT_TASK_UNREADABLE",
    });
    const model = scripted(() => "");
    await expect(evaluated(model, [{ a: 1 }])).rejects.toMatchObject({ code: "TEXT_TASK_FORMAT" });
    await expect(evaluated(model, [{ final_decision: "yes" }])).rejects.toMatchObject({
      code: "TEXT_TASK_FORMAT",
    });
  });
});

describe("a score", () => {
  const calculation = { kind: "calculation", id: "1", stratum: null, note: "", question: "" } as const;
  it("reads the result out of what was written", () => {
    const bmi = { ...calculation, answer: "20", low: 19, high: 21 };
    expect(scoreOf(bmi, "80 / 4 = 20.0").figures).toEqual({ accuracy: 1 });
    expect(scoreOf(bmi, "The BMI of 20 is wrong; it is 1,020").figures).toEqual({ accuracy: 0 });
    expect(scoreOf(bmi, "no idea")).toMatchObject({ understood: null, figures: { accuracy: 0 } });
    const due = { ...calculation, answer: "05/11/2014", low: null, high: null };
    expect(scoreOf(due, "It is 5/11/2014.").figures).toEqual({ accuracy: 1 });
    const options = ["yes", "no", "maybe"].map((label) => ({ label, text: label }));
    const item = {
      kind: "choice" as const,
      id: "1",
      stratum: null,
      context: "",
      question: "",
      options,
      answer: "no",
    };
    expect(scoreOf(item, "No, because yes is wrong").figures.accuracy).toBe(1);
    expect(scoreOf(item, "nothing of that kind").figures).toEqual({ accuracy: 0, answered: 0 });
    const note = {
      kind: "correction" as const,
      id: "1",
      stratum: null,
      sentences: ["a", "b"],
      wrong: 1,
      corrected: "b right",
    };
    expect(scoreOf(note, "1 b right").figures).toEqual({ flag: 1, sentence: 1, correction: 1 });
    expect(scoreOf(note, "CORRECT").figures).toEqual({ flag: 0, sentence: 0, correction: 0 });
  });

  it("finds numbers and dates that nobody said", () => {
    const source = "Patient: fever for 3 days, since 2024-05-02. No cough.";
    const item = { kind: "summary" as const, id: "1", stratum: null, source, reference: "Fever for 3 days." };
    expect(scoreOf(item, "Fever for 3 days, since 2024-05-02.").figures.numbersSupported).toBe(1);
    expect(scoreOf(item, "Fever for 5 days.").figures.numbersSupported).toBe(0);
    expect(scoreOf(item, "Fever for 3 days.").figures.rougeL).toBe(1);
    expect(longestCommon("a b c", "a c").f1).toBeCloseTo(0.8, 12);
  });
});

function scripted(complete: (prompt: string) => string): TextModel {
  return {
    name: "scripted",
    likelihoods: null,
    complete: async (prompt) => complete(prompt),
    close: async () => {},
  };
}

describe("an evaluation", () => {
  it("of an endpoint asks it once an item, hands it the seed, and counts a broken answer as wrong", async () => {
    const asked: { seed?: number; messages: { content: string }[] }[] = [];
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        asked.push(JSON.parse(Buffer.concat(parts).toString()));
        const content = asked.length === 1 ? "yes" : null;
        response.setHeader("content-type", "application/json");
        response.end(content === null ? "{]" : JSON.stringify({ choices: [{ message: { content } }] }));
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    const listed = { name: "e", address, model: "m", covered: false, deidentify: true, timeoutSeconds: 5 };
    const rows = await taskRows(await fileOf(file("pubmedqa")[1], file("pubmedqa")[2]));
    const { evaluation, records } = await evaluated(remoteModel("m", openChat(listed, null), 7), rows);
    expect(asked).toHaveLength(2);
    expect(asked.every(({ seed }) => seed === 7)).toBe(true);
    expect(evaluation).toMatchObject({
      how: "written",
      items: 2,
      leftOut: 1,
      failed: 1,
      commonestAnswer: 0.5,
    });
    expect(evaluation.figures.accuracy).toMatchObject({ value: 0.5, n: 2 });
    expect(records[1]).toMatchObject({ failed: "no answer", understood: null });
  });

  it("of a model of this project compares options by likelihood, as its logits say", async () => {
    const folder = await smallLanguageModel();
    const model = await localModel(folder, 1);
    const rows = await taskRows(await fileOf(file("pubmedqa")[1], file("pubmedqa")[2]));
    const { evaluation, records } = await evaluated(model, rows);
    expect(evaluation.how).toBe("likelihood");
    const [first] = records;
    const likelihoods = await model.likelihoods?.(first?.prompt ?? "", [" yes", " no", " maybe"]);
    expect(["yes", "no", "maybe"][(likelihoods ?? []).indexOf(Math.max(...(likelihoods ?? [])))]).toBe(
      first?.answer,
    );
    const written = await model.complete("Question: Does it help?\nAnswer:", 5);
    expect(await model.complete("Question: Does it help?\nAnswer:", 5)).toBe(written);
    await model.close();
  });
});

/** A language model with drawn weights: what is evaluated need not be good. */
async function smallLanguageModel(): Promise<string> {
  const counter = new WordCounter();
  counter.add("Question: Does it help? Answer: yes no maybe. It did. Clearly. Unclear. Does it harm?");
  const pairs = counter.learn(300, 2);
  const tokens = await temporaryFolder();
  await writeFile(join(tokens, TOKENIZER_FILE), JSON.stringify(textTokenizerFile(pairs)));
  const clinical = await readVocabulary(join(await smallTokens(smallTimelines(30)), "vocabulary.json"));
  const vocabulary = clinical.behindText(pairs.tokens.length);
  const architecture = deriveArchitecture(
    { depth: 1, width: 32, heads: 2, feedForward: 40, context: 256 },
    { vocabulary: vocabulary.size, outcomes: 0, pieces: 0 },
  );
  const weights = initialParameters(parameterLayout(architecture), createRandom("small language model"));
  const out = await temporaryFolder();
  await writeCheckpoint(out, {
    description: { schema: "longitude.checkpoint/1", architecture, outcomes: [], hazardEdgesYears: [] },
    weights,
    vocabulary,
    textTokenizer: (await readTextTokenizer(tokens, pairs.tokens.length)).extended(vocabulary),
  });
  // What the reader says is what the logits say.
  const encoder = textEncoder(textTokenizerFile(pairs));
  const ids = [vocabulary.start, ...encoder.encode("It did."), ...encoder.encode(" yes")];
  const model = await localModel(out, 1);
  const [own] = (await model.likelihoods?.("It did.", [" yes"])) ?? [];
  await model.close();
  const logits = await logitsOf({ architecture, weights }, ids);
  let expected = 0;
  for (let i = 1 + encoder.encode("It did.").length; i < ids.length; i++) {
    const row = logits[i - 1] as number[];
    const total = row.reduce((sum, logit) => sum + Math.exp(logit), 0);
    expected += (row[ids[i] as number] as number) - Math.log(total);
  }
  expect(own).toBeCloseTo(expected, 3);
  return out;
}
