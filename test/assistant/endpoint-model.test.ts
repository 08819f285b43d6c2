import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { answerQuestion } from "../../src/assistant/answer-question.ts";
import { assistantSchema } from "../../src/assistant/assistant-config.ts";
import { configuredModel } from "../../src/assistant/models/configured-model.ts";
import type { SubjectKey, Timeline } from "../../src/timeline/patient-event.ts";
import { type StartedProgram, startProgram } from "../support/started-program.ts";
import { emptyTools } from "./invented-patient.ts";

const event = {
  textValue: null,
  unit: "mg/dL",
  availableTime: null,
  encounterId: null,
  source: "Observation",
};
const timeline: Timeline = {
  subjectId: 1 as SubjectKey,
  events: [{ ...event, time: Date.UTC(2021, 2, 4), code: "LOINC/2085-9", numericValue: 41.5 }],
};
let endpoint: StartedProgram<{ address: string }> | null = null;
afterEach(async () => {
  await endpoint?.stop();
  endpoint = null;
});

async function answerBehind(manner: string, more: object = {}, question = "What was my last HDL?") {
  endpoint = await startProgram("chat-endpoint.js", [manner]);
  const config = assistantSchema.parse({
    endpoints: [{ name: "peer", address: endpoint.told.address, model: "peer-7b", ...more }],
    model: "peer",
  });
  const model = await configuredModel(config, tmpdir());
  const answer = await answerQuestion(question, "patient", { ...emptyTools(timeline), model });
  const seen = (await (await fetch(new URL("/seen", endpoint.told.address))).json()) as string[];
  return { answer, seen };
}

describe("a language model behind an endpoint", () => {
  it("phrases the answer, and sees neither dates nor names of the patient", async () => {
    const { answer, seen } = await answerBehind("faithful", {}, "I am Martha Jones. What was my last HDL?");
    expect(answer.writtenBy).toBe("peer-7b");
    expect(answer.sentences.map(({ text }) => text)).toEqual([
      "Your last HDL cholesterol was 41.5 mg/dL on 2021-03-04.",
    ]);
    expect(seen).toHaveLength(1);
    expect(seen[0]).toContain("41.5 mg/dL");
    expect(seen[0]).not.toMatch(/2021-03-04|Martha|Jones/);
  });

  it("sees the text as it is where the listing says so", async () => {
    const { seen } = await answerBehind("faithful", { deidentify: false });
    expect(seen[0]).toContain("2021-03-04");
  });

  it.each([
    "hang",
    "drip",
    "garbage",
    "endless",
    "other-json",
    "empty-choices",
    "cut-off",
    "refusing",
    "failing",
    "elsewhere",
  ])("that is %s leaves the composed answer", async (manner) => {
    const { answer } = await answerBehind(manner, {
      timeoutSeconds: ["hang", "drip"].includes(manner) ? 0.5 : 10,
    });
    expect(answer.writtenBy).toBe("composed");
    expect(answer.tools.at(-1)).toEqual({ tool: "model", outcome: "failed" });
    expect(answer.sentences.map(({ text }) => text)).toEqual([
      "Your last HDL cholesterol was 41.5 mg/dL on 2021-03-04.",
    ]);
  });
});

describe("the list of endpoints", () => {
  const away = { name: "away", address: "https://llm.example/v1", model: "m" };

  it("lets text leave this machine only to what is covered", () => {
    const refused = assistantSchema.safeParse({ endpoints: [away], model: "away" });
    expect(refused.error?.issues[0]?.message).toContain("covered");
    expect(assistantSchema.safeParse({ endpoints: [{ ...away, covered: true }] }).success).toBe(true);
    const plain = { ...away, covered: true, address: "http://llm.example/v1" };
    expect(assistantSchema.safeParse({ endpoints: [plain] }).success).toBe(false);
  });

  it("is the only place where a model can be named", () => {
    expect(assistantSchema.safeParse({ endpoints: [], model: "away" }).success).toBe(false);
  });

  it("takes a key that others can read for a fault", async () => {
    const keyFile = join(await mkdtemp(join(tmpdir(), "key-")), "llm.key");
    await writeFile(keyFile, "secret", { mode: 0o644 });
    const config = assistantSchema.parse({ endpoints: [{ ...away, covered: true, keyFile }], model: "away" });
    await expect(configuredModel(config, tmpdir())).rejects.toMatchObject({ code: "ENDPOINT_KEY" });
  });
});
