/**
 * `npm run bench:notes`: does a model that reads notes find what only notes tell, and lose nothing where they tell nothing?
 * The same model is trained with and without notes on two invented cohorts: in one the notes bear upon the onset, in the
 * other they are the same and bear upon nothing. C-index of the risk of the onset at the index date on held-out persons;
 * paired difference with a bootstrap over persons.
 *
 *   npm run bench:notes -- [--persons 1500] [--epochs 4] [--json]
 */
import { join } from "node:path";
import { systemEffects } from "../src/effects/effects.ts";
import { createRandom } from "../src/effects/random.ts";
import { drawResamples } from "../src/evaluation/measures/bootstrap.ts";
import { prepareConcordance } from "../src/evaluation/measures/concordance.ts";
import type { Estimate } from "../src/evaluation/measures/estimate.ts";
import { estimateOver } from "../src/evaluation/measures/estimate-over.ts";
import { type NoteLosses, noteLosses } from "../src/evaluation/measures/note-losses.ts";
import { CENSORED, DEATH, ONSET } from "../src/evaluation/measures/observations.ts";
import { DirectReader, riskWithin } from "../src/forecast/direct-reading.ts";
import type { Timeline } from "../src/timeline/patient-event.ts";
import { encodePatient } from "../src/tokens/encoded-patient.ts";
import { readTokenShard } from "../src/tokens/token-shard.ts";
import { readCheckpoint } from "../src/training/checkpoint.ts";
import { train } from "../src/training/train.ts";
import { trainingSchema } from "../src/training/training-config.ts";
import { DAYS_PER_YEAR } from "../src/vetting/duration.ts";
import { labelAt } from "../src/vetting/label.ts";
import { buildHistory } from "../src/vetting/patient-history.ts";
import { notedTimelines, notedTokens } from "../test/support/noted-cohort.ts";
import { smallCohort, smallOutcomes, splitOf, temporaryFolder } from "../test/support/small-cohort.ts";
import { benchOptions } from "./bench-options.ts";

const values = benchOptions(import.meta.filename, {
  persons: { type: "string", default: "1500" },
  epochs: { type: "string", default: "4" },
  json: { type: "boolean", default: false },
});
const RESAMPLES = 2000;
const SHORT_NOTES = { deidentified: true, vocabulary: 400, longest: 64 };
const begun = performance.now();

const cohorts = [
  { name: "notes tell what codes do not", signal: true },
  { name: "notes tell nothing", signal: false },
];
const results = [];
for (const { name, signal } of cohorts) {
  const timelines = notedTimelines(Number(values.persons), { signal });
  const held = heldOut(timelines);
  const without = await risksOf(timelines, held, undefined);
  const withNotes = await risksOf(timelines, held, SHORT_NOTES);
  results.push({
    cohort: name,
    ...compared(held, without.risks, withNotes.risks),
    losses: withNotes.losses,
  });
}
const seconds = Math.round((performance.now() - begun) / 1000);
if (values.json) console.log(JSON.stringify({ persons: Number(values.persons), seconds, results }, null, 2));
else {
  for (const { cohort, n, onsets, without, withNotes, difference, losses } of results)
    console.log(
      `${cohort}: C-index without notes ${written(without)}, with notes ${written(withNotes)}, difference ${written(difference)}; ${n} held-out persons, ${onsets} onsets; ${losses?.text.value.toFixed(2)} bits a byte of the notes`,
    );
  console.log(`${seconds} s`);
}

/** Persons held out who may have a first onset, with their histories at the index date. */
function heldOut(timelines: readonly Timeline[]) {
  return timelines.flatMap((timeline) => {
    const history = buildHistory(timeline, smallCohort, smallOutcomes);
    const day = history.indexDay;
    const label = labelAt(history, smallOutcomes[0]!, 0, day);
    if (splitOf(timeline.subjectId) !== "held_out" || day === null || !label.eligible) return [];
    return [{ history, day, ...label.outcome }];
  });
}

type HeldOut = ReturnType<typeof heldOut>;

/** Risk of the onset within five years by a model that was trained on the tokens of these timelines. */
async function risksOf(
  timelines: readonly Timeline[],
  held: HeldOut,
  notes: object | undefined,
): Promise<{ risks: Float64Array; losses: NoteLosses | null }> {
  const tokens = await notedTokens(timelines, notes);
  const out = await temporaryFolder();
  const config = trainingSchema.parse({ depth: 2, width: 64, context: 256, epochs: Number(values.epochs) });
  const options = { tokens, out, outcomes: smallOutcomes, config, work: join(out, "work"), run: "bench" };
  for await (const _ of train(options, systemEffects));
  const checkpoint = await readCheckpoint(out);
  const reader = new DirectReader(checkpoint, 2);
  const read = await reader.hazards(
    held.map(({ history, day }) => ({ patient: encodePatient(history, checkpoint.vocabulary), day })),
  );
  await reader.close();
  return {
    risks: Float64Array.from(read, (hazards) => riskWithin(hazards, checkpoint, 0, 5 * DAYS_PER_YEAR)),
    losses: await noteLosses(checkpoint, readTokenShard(join(tokens, "tuning.safetensors")), {
      context: config.context,
      threads: 2,
      random: createRandom("notes"),
    }),
  };
}

function compared(held: HeldOut, without: Float64Array, withNotes: Float64Array) {
  const kinds = { censored: CENSORED, onset: ONSET, death: DEATH };
  const observations = {
    days: Float64Array.from(held, ({ days }) => days),
    kind: Uint8Array.from(held, ({ kind }) => kinds[kind]),
  };
  const plain = prepareConcordance(observations, without);
  const noted = prepareConcordance(observations, withNotes);
  const resamples = drawResamples(held.length, RESAMPLES, createRandom("notes"));
  const estimate = (statistic: (weights: Float64Array) => number) =>
    estimateOver(resamples, statistic, "percentile bootstrap over persons");
  return {
    n: held.length,
    onsets: held.filter(({ kind }) => kind === "onset").length,
    without: estimate(plain),
    withNotes: estimate(noted),
    difference: estimate((weights) => noted(weights) - plain(weights)),
  };
}

function written(estimate: Estimate | null): string {
  if (estimate === null) return "not measured";
  const [value, low, high] = [estimate.value, estimate.low, estimate.high].map((one) => one.toFixed(3));
  return `${value} (${low} to ${high})`;
}
