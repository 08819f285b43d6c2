/** The threads that compute answers give the bytes that this one gives, and this one takes over when they end. */
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { canonicalJson } from "../../src/artefacts/canonical-json.ts";
import { readSite } from "../../src/cli/read-site.ts";
import { siteKey } from "../../src/cli/signing.ts";
import { AnswerThreads } from "../../src/serving/answers/answer-threads.ts";
import { type AnswerInput, answerBytes, computeAnswer } from "../../src/serving/answers/compute-answer.ts";
import { openServedModel, type ServedModel } from "../../src/serving/answers/served-model.ts";
import { MS_PER_DAY } from "../../src/vetting/duration.ts";
import { makeServedSite } from "../support/served-site.ts";
import { event } from "../support/small-cohort.ts";

const DAY = 20_000;
let model: ServedModel;
let start: { folder: string; siteKey: string };
let input: AnswerInput;

beforeAll(async () => {
  const made = await makeServedSite();
  const site = await readSite(made.folder);
  start = { folder: join(made.folder, "releases", made.release), siteKey: await siteKey(site) };
  model = await openServedModel(start.folder, start.siteKey);
  const labs = Array.from({ length: 30 }, (_, i) => ({
    ...event(DAY - 20 * (30 - i), "LOINC/2339-0", 80 + i),
    unit: "mg/dL",
  }));
  const events = [event(DAY - 50 * 365.25, "MEDS_BIRTH"), ...labs, event(DAY - 9, "ICD10CM/I10")];
  input = {
    events: events.map((one) => ({ ...one, resource: null })),
    leftOut: {},
    displays: {},
    knownUntil: DAY * MS_PER_DAY,
    day: DAY,
    explain: true,
    today: "2026-06-20",
    limits: site.configuration.serving.abstain,
    seed: 1,
  };
});

afterAll(() => model.close());

test("several at once have each its own bytes, those of this thread", async () => {
  const threads = new AnswerThreads(model, start);
  const inputs = [input, { ...input, seed: 2 }, { ...input, events: input.events.slice(0, 9) }];
  const computed = await Promise.all(inputs.map((one, i) => threads.compute(`ans-${i}`, canonicalJson(one))));
  for (const [i, one] of inputs.entries())
    expect(computed[i]).toBe(answerBytes(await computeAnswer(model, `ans-${i}`, one)));
  expect(new Set(computed).size).toBe(3);
  await threads.close();
});

test("what is asked while they end, and after, is computed all the same", async () => {
  const threads = new AnswerThreads(model, start);
  const expected = answerBytes(await computeAnswer(model, "ans", input));
  const under = threads.compute("ans", canonicalJson(input));
  await threads.close();
  expect(await under).toBe(expected);
  expect(await threads.compute("ans", canonicalJson(input))).toBe(expected);
});

test("a release that the threads cannot open is answered from here", async () => {
  const threads = new AnswerThreads(model, { ...start, siteKey: "nobody's" });
  expect(await threads.compute("ans", canonicalJson(input))).toBe(
    answerBytes(await computeAnswer(model, "ans", input)),
  );
  await threads.close();
});
