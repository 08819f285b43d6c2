/**
 * How long the full evidence takes: every measure of a model and a baseline, thresholds, calibration curves and subgroups,
 * with patient-clustered bootstrap intervals. Beside it, where a Python with scikit-learn is found, the time that one
 * AUROC, average precision and Brier score a resample take there, extrapolated from a few resamples.
 *
 *   npm run bench:evaluate -- [--persons 100000] [--outcomes 20] [--resamples 2000] [--threads 2] [--python PATH] [--json]
 */
import { spawnSync } from "node:child_process";
import { cpus } from "node:os";
import { createRandom } from "../src/effects/random.ts";
import { evaluate } from "../src/evaluation/design/evaluate.ts";
import type { RiskRow } from "../src/forecast/risk-table.ts";
import type { SubjectKey } from "../src/timeline/patient-event.ts";
import { DAYS_PER_YEAR } from "../src/vetting/duration.ts";
import { outcomesSchema } from "../src/vetting/outcome-definition.ts";
import type { PatientHistory } from "../src/vetting/patient-history.ts";
import { benchOptions } from "./bench-options.ts";

const flags = benchOptions(import.meta.filename, {
  persons: { type: "string", default: "100000" },
  outcomes: { type: "string", default: "20" },
  resamples: { type: "string", default: "2000" },
  threads: { type: "string", default: "2" },
  python: { type: "string" },
  json: { type: "boolean", default: false },
});
const persons = Number(flags.persons);
const outcomeCount = Number(flags.outcomes);
const resamples = Number(flags.resamples);
const threads = Number(flags.threads);

const HORIZON = 5 * DAYS_PER_YEAR;
const SCIKIT_LEARN = `
import sys, time, numpy as np
from sklearn.metrics import roc_auc_score, average_precision_score, brier_score_loss
n, resamples = int(sys.argv[1]), int(sys.argv[2])
rng = np.random.default_rng(1)
y = (rng.random(n) < 0.05).astype(int); p = np.clip(rng.random(n) * 0.2 + 0.1 * y, 0, 1)
start = time.perf_counter()
for _ in range(resamples):
    drawn = rng.integers(0, n, n)
    roc_auc_score(y[drawn], p[drawn]); average_precision_score(y[drawn], p[drawn]); brier_score_loss(y[drawn], p[drawn])
print((time.perf_counter() - start) / resamples)
`;

const random = createRandom("bench evaluate");
const names = Array.from({ length: outcomeCount }, (_, k) => `outcome ${k}`);
/** Yearly hazards from 0.2 % to 6 %, times a risk factor of each person. */
const hazards = names.map((_, k) => 0.002 * 30 ** (k / Math.max(1, outcomeCount - 1)));
const histories: PatientHistory[] = [];
const risks: Record<string, RiskRow[]> = { longitude: [], baseline: [] };
for (let i = 0; i < persons; i++) {
  const subjectId = (i + 1) as SubjectKey;
  const factor = Math.exp(random.normal());
  const death = (-Math.log(1 - random.next()) / (0.01 * factor)) * DAYS_PER_YEAR;
  const end = Math.ceil(Math.min(death, (1 + 9 * random.next()) * DAYS_PER_YEAR));
  const outcomeDays = hazards.map((hazard, k) => {
    const onset = Math.ceil((-Math.log(1 - random.next()) / (hazard * factor)) * DAYS_PER_YEAR);
    const row = (noise: number): RiskRow => ({
      subjectId,
      predictionDay: 0,
      outcome: names[k] as string,
      landmark: "index",
      risks: { "5y": 1 - Math.exp(-5 * hazard * factor * Math.exp(noise * random.normal())) },
    });
    risks.longitude?.push(row(0.5));
    risks.baseline?.push(row(1));
    return onset <= end ? [onset] : [];
  });
  histories.push({
    subjectId,
    birthDay: -(20 + 70 * random.next()) * DAYS_PER_YEAR,
    sex: random.next() < 0.5 ? "F" : "M",
    indexDay: 0,
    deathDay: death <= end ? end : null,
    lastDay: end,
    firstDay: -1000,
    events: [],
    staticCodes: [],
    outcomeDays,
  });
}
const outcomes = outcomesSchema.parse({
  predictionTimes: [{ at: "index", horizons: ["5y"] }],
  list: names.map((name) => ({ name, events: { codes: [name] } })),
});

const startedAt = performance.now();
const running = evaluate({
  histories,
  outcomes,
  risks,
  mainModel: "longitude",
  baselines: ["baseline"],
  unfitted: [],
  resamples,
  seed: 1,
  recordLengthStrata: 5,
  minimumEvents: 10,
  threads,
  closeUp: { thresholds: [0.1, 0.2], alertShares: [0.1, 0.05], minimumCell: 11, minimumEvents: 10 },
});
for (;;) {
  const step = await running.next();
  if (step.done === true) break;
  const { done, total } = step.value;
  process.stderr.write(`\r${done}/${total} tasks, ${((performance.now() - startedAt) / 1000).toFixed(1)} s `);
}
const seconds = (performance.now() - startedAt) / 1000;
const peer = scikitLearnSeconds();
const result = {
  seconds,
  persons,
  outcomes: outcomeCount,
  resamples,
  models: 2,
  threads,
  peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
  scikitLearn: peer === null ? null : { secondsOfThreeMeasuresOfOneModel: peer, ratio: peer / seconds },
  horizonDays: HORIZON,
  machine: `${cpus()[0]?.model ?? "unknown"}, ${cpus().length} cores`,
};
process.stderr.write("\n");
if (flags.json) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
else {
  process.stdout.write(
    `${persons.toLocaleString("en-US")} predictions x ${outcomeCount} outcomes, ${resamples} resamples, 2 models, thresholds, curves, subgroups: ${seconds.toFixed(1)} s, ${result.peakMegabytes} MB\n`,
  );
  if (peer !== null)
    process.stdout.write(
      `scikit-learn, three measures of one model alone: ${peer.toFixed(0)} s (extrapolated)\n`,
    );
}

function scikitLearnSeconds(): number | null {
  const python = flags.python ?? "python3";
  const done = spawnSync(python, ["-c", SCIKIT_LEARN, String(persons), "5"], { encoding: "utf8" });
  const each = Number(done.stdout);
  return done.status === 0 && Number.isFinite(each) ? each * resamples * outcomeCount : null;
}
