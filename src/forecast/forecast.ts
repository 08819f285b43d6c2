/**
 * Forecasts for every person of some splits at every prediction time: risks by direct reading for all, by simulated
 * futures for a seeded sample of them, and one example patient. Writes `risks.parquet`, `decoder.parquet` (the decoder's
 * share where trees stand beside it), `simulated.parquet`, `example.json` and `forecast.json`.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRandom } from "../effects/random.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { FORECAST_NOBODY, FORECAST_OUTCOMES } from "../errors/registry.ts";
import type { Split } from "../timeline/patient-event.ts";
import type { TimelineStore } from "../timeline/timeline-store.ts";
import { encodePatient } from "../tokens/encoded-patient.ts";
import { outcomeTokens } from "../tokens/outcome-tokens.ts";
import type { Checkpoint } from "../training/checkpoint.ts";
import { DAYS_PER_YEAR } from "../vetting/duration.ts";
import { labelAt, predictionDay } from "../vetting/label.ts";
import type { CohortDefinition, OutcomeDefinition, PredictionTime } from "../vetting/outcome-definition.ts";
import { buildHistory } from "../vetting/patient-history.ts";
import { type Hazards, riskWithin } from "./direct-reading.ts";
import { type Candidate, chooseExample, describeExample } from "./example-patient.ts";
import type { ForecastConfig } from "./forecast-config.ts";
import { FutureSimulator, type Simulation } from "./future-simulator.ts";
import { OnsetReader, type OnsetReading } from "./onset-reader.ts";
import { type RiskRow, writeRiskTable } from "./risk-table.ts";

export interface ForecastOptions {
  /** Checkpoint folder. */
  readonly model: string;
  readonly store: TimelineStore;
  readonly cohort: CohortDefinition;
  readonly outcomes: readonly OutcomeDefinition[];
  readonly config: ForecastConfig;
  /** Whose forecasts; all persons when absent. */
  readonly splits?: readonly Split[];
  /** Folder, which exists. */
  readonly out: string;
}

export interface ForecastSummary {
  readonly schema: "longitude.forecast/1";
  readonly persons: number;
  readonly directRisks: number;
  readonly simulated: {
    readonly persons: number;
    readonly futuresPerPerson: number;
    /** Share of futures that reach the horizon or death within the token limit. */
    readonly completed: number;
    readonly tokens: number;
  };
}

export type ForecastEvent =
  | {
      readonly kind: "progress";
      readonly part: "reading" | "simulating";
      readonly done: number;
      readonly total: number;
    }
  | { readonly kind: "done"; readonly summary: ForecastSummary };

/** A landmark: outcomes are grouped by it, because one reading serves them all. */
interface Landmark {
  readonly name: string;
  readonly time: PredictionTime;
  /** Position of each outcome asked at this landmark, with its horizons. */
  readonly asked: readonly { readonly k: number; readonly horizons: PredictionTime["horizons"] }[];
}

interface Task extends Candidate {
  readonly landmark: Landmark;
}

/** Times at which the example patient's risks are drawn: tenths of the longest horizon. */
function exampleYears(outcomes: readonly OutcomeDefinition[]): number[] {
  const times = outcomes.flatMap(({ predictionTimes }) => predictionTimes);
  const longest = Math.max(...times.flatMap(({ horizons }) => horizons.map(({ days }) => days)));
  return Array.from({ length: 11 }, (_, tenth) => (tenth * longest) / 10 / DAYS_PER_YEAR);
}

export async function* forecast(options: ForecastOptions): AsyncGenerator<ForecastEvent> {
  const reader = await OnsetReader.open(options.model, options.config.threads);
  const { checkpoint } = reader;
  assertSameOutcomes(checkpoint, options.outcomes);
  const landmarks = landmarksOf(options.outcomes);
  const tasks = await tasksOf(options, checkpoint, landmarks);
  if (tasks.length === 0)
    throw new LongitudeError(FORECAST_NOBODY, "no person is under observation at any prediction time");

  const readings: OnsetReading[] = [];
  const chunk = 512;
  for (let from = 0; from < tasks.length; from += chunk) {
    readings.push(...(await reader.read(tasks.slice(from, from + chunk))));
    yield {
      kind: "progress",
      part: "reading",
      done: Math.min(from + chunk, tasks.length),
      total: tasks.length,
    };
  }
  await reader.close();
  const rowsOf = (part: keyof OnsetReading) =>
    tasks.flatMap((task, i) =>
      directRows(task, (readings[i] as OnsetReading)[part], checkpoint, options.outcomes),
    );
  const rows = rowsOf("hazards");
  await writeRiskTable(join(options.out, "risks.parquet"), rows);
  if (reader.treeHead !== null) await writeRiskTable(join(options.out, "decoder.parquet"), rowsOf("decoder"));

  const first = landmarks[0] as Landmark;
  const atFirst = tasks.filter((task) => task.landmark === first);
  const example = chooseExample(atFirst);
  const sample = sampleOf(atFirst, example, options.config);
  const simulations = yield* simulate(options, checkpoint, first, sample);
  const simulatedRows = sample.flatMap((task, i) =>
    simulatedRowsOf(task, simulations[i] as Simulation, options.outcomes),
  );
  await writeRiskTable(join(options.out, "simulated.parquet"), simulatedRows);

  if (example !== null) {
    const years = exampleYears(options.outcomes);
    const read = (readings[tasks.indexOf(example)] as OnsetReading).hazards;
    const risks = options.outcomes.map((outcome, k) => ({
      outcome: outcome.name,
      atRisk: labelAt(example.history, outcome, k, example.day).eligible,
      direct: years.map((year) => riskWithin(read, checkpoint, k, year * DAYS_PER_YEAR)),
    }));
    const shown = simulations[sample.indexOf(example)] ?? null;
    const described = describeExample(example, risks, years, shown, (token) =>
      checkpoint.vocabulary.name(token),
    );
    await writeFile(join(options.out, "example.json"), `${JSON.stringify(described)}\n`);
  }
  const summary = summaryOf(tasks, rows, sample, simulations);
  await writeFile(join(options.out, "forecast.json"), `${JSON.stringify(summary, null, 2)}\n`);
  yield { kind: "done", summary };
}

function assertSameOutcomes(checkpoint: Checkpoint, outcomes: readonly OutcomeDefinition[]): void {
  const trained = checkpoint.description.outcomes.map((outcome) => outcome.name).join();
  const asked = outcomes.map((outcome) => outcome.name).join();
  if (trained !== asked)
    throw new LongitudeError(
      FORECAST_OUTCOMES,
      "the checkpoint was trained for other outcomes than the site lists",
    );
}

function landmarksOf(outcomes: readonly OutcomeDefinition[]): Landmark[] {
  const byName = new Map<
    string,
    { time: PredictionTime; asked: { k: number; horizons: PredictionTime["horizons"] }[] }
  >();
  outcomes.forEach((outcome, k) => {
    for (const time of outcome.predictionTimes) {
      const entry = byName.get(time.landmark) ?? { time, asked: [] };
      entry.asked.push({ k, horizons: time.horizons });
      byName.set(time.landmark, entry);
    }
  });
  return [...byName]
    .map(([name, entry]) => ({ name, ...entry }))
    .sort((a, b) => a.time.offsetDays - b.time.offsetDays);
}

async function tasksOf(
  options: ForecastOptions,
  checkpoint: Checkpoint,
  landmarks: readonly Landmark[],
): Promise<Task[]> {
  const tasks: Task[] = [];
  const filter = options.splits === undefined ? {} : { splits: options.splits };
  for await (const timeline of options.store.timelines({
    ...filter,
    texts: checkpoint.vocabulary.notes !== null,
  })) {
    const history = buildHistory(timeline, options.cohort, options.outcomes);
    const patient = encodePatient(history, checkpoint.vocabulary);
    for (const landmark of landmarks) {
      const day = predictionDay(history, landmark.time);
      if (day !== null && history.lastDay > day) tasks.push({ history, patient, day, landmark });
    }
  }
  return tasks;
}

function directRows(
  task: Task,
  hazards: Hazards,
  checkpoint: Checkpoint,
  outcomes: readonly OutcomeDefinition[],
): RiskRow[] {
  return task.landmark.asked.map(({ k, horizons }) => ({
    subjectId: task.patient.subjectId,
    predictionDay: task.day,
    outcome: (outcomes[k] as OutcomeDefinition).name,
    landmark: task.landmark.name,
    risks: Object.fromEntries(
      horizons.map((horizon) => [horizon.name, riskWithin(hazards, checkpoint, k, horizon.days)]),
    ),
  }));
}

/** A seeded sample at the first landmark; the example patient is always among them. */
function sampleOf(tasks: readonly Task[], example: Task | null, config: ForecastConfig): Task[] {
  if (config.simulatedPersons === 0) return [];
  const shuffled = createRandom(config.seed)
    .fork("simulated persons")
    .shuffle([...tasks]);
  const sample = shuffled.slice(0, config.simulatedPersons);
  if (example !== null && !sample.includes(example)) sample[sample.length - 1] = example;
  return sample;
}

async function* simulate(
  options: ForecastOptions,
  checkpoint: Checkpoint,
  landmark: Landmark,
  sample: readonly Task[],
): AsyncGenerator<ForecastEvent, Simulation[]> {
  const results: Simulation[] = new Array(sample.length);
  if (sample.length === 0) return results;
  const { config, outcomes } = options;
  const simulator = new FutureSimulator(checkpoint, {
    longestFuture: config.longestFuture,
    random: createRandom(config.seed).fork("futures"),
    threads: config.threads,
  });
  const plan = {
    queries: outcomes.map(({ name, matches }) => ({
      name,
      ...outcomeTokens(matches, checkpoint.vocabulary),
    })),
    horizonsDays: landmark.time.horizons.map((horizon) => horizon.days),
    futures: config.futures,
  };
  let done = 0;
  const requests = sample.map(({ patient, day }) => ({ patient, day, label: String(patient.subjectId) }));
  for await (const { index, simulation } of simulator.simulate(requests, plan)) {
    results[index] = simulation;
    if (++done % 8 === 0 || done === sample.length)
      yield { kind: "progress", part: "simulating", done, total: sample.length };
  }
  await simulator.close();
  return results;
}

/** Futures are read token by token: an outcome made of several events, or with competing ones, is not told by them. */
function isToldByTokens({ events, competing, occurrence }: OutcomeDefinition): boolean {
  return events.ofSingleEvents && competing === null && occurrence === "first";
}

function simulatedRowsOf(
  task: Task,
  simulation: Simulation,
  outcomes: readonly OutcomeDefinition[],
): RiskRow[] {
  const { asked, time } = task.landmark;
  const told = asked.filter(({ k }) => isToldByTokens(outcomes[k] as OutcomeDefinition));
  return told.map(({ k }) => {
    const risks = simulation.risks[k] ?? [];
    const byHorizon = (pick: (h: number) => number) =>
      Object.fromEntries(time.horizons.map((horizon, h) => [horizon.name, pick(h)]));
    return {
      subjectId: task.patient.subjectId,
      predictionDay: task.day,
      outcome: (outcomes[k] as OutcomeDefinition).name,
      landmark: task.landmark.name,
      risks: byHorizon((h) => risks[h]?.value ?? Number.NaN),
      standardErrors: byHorizon((h) => risks[h]?.standardError ?? Number.NaN),
    };
  });
}

function summaryOf(
  tasks: readonly Task[],
  rows: readonly RiskRow[],
  sample: readonly Task[],
  simulations: readonly Simulation[],
): ForecastSummary {
  const futures = simulations.flatMap((simulation) => simulation.futures);
  return {
    schema: "longitude.forecast/1",
    persons: new Set(tasks.map((task) => task.patient.subjectId)).size,
    directRisks: rows.reduce((total, row) => total + Object.keys(row.risks).length, 0),
    simulated: {
      persons: sample.length,
      futuresPerPerson: simulations[0]?.futures.length ?? 0,
      completed: futures.filter((future) => future.end !== "too long").length / Math.max(1, futures.length),
      tokens: simulations.reduce((total, simulation) => total + simulation.tokens, 0),
    },
  };
}
