/**
 * Two releases on the same persons: paired differences of every task that both have forecast, with intervals.
 * Invariant: only persons count whom both models hold out, measured by the definitions of the first release.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { canonicalJson, toJson } from "../artefacts/canonical-json.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { RELEASES_NOT_COMPARABLE } from "../errors/registry.ts";
import { evaluate } from "../evaluation/design/evaluate.ts";
import { type RiskRow, readRiskTable } from "../forecast/risk-table.ts";
import { readManifest } from "../governance/release/manifest.ts";
import type { RegisteredRelease } from "../governance/release/registry.ts";
import type { ReleaseComparison } from "../governance/release/release-comparison.ts";
import { cohortSchema, type OutcomesSection, outcomesSchema } from "../vetting/outcome-definition.ts";
import type { Site } from "./read-site.ts";
import { readHistories } from "./stages/read-histories.ts";

const definitionsSchema = z.object({ cohort: cohortSchema, outcomes: outcomesSchema });

/** @throws LongitudeError RELEASES_NOT_COMPARABLE */
export async function compareReleases(
  site: Pick<Site, "folder" | "configuration">,
  first: RegisteredRelease,
  second: RegisteredRelease,
): Promise<ReleaseComparison> {
  const [ours, theirs] = [await readSide(site, first), await readSide(site, second)];
  const [definitions, others] = [await readDefinitions(site, first), await readDefinitions(site, second)];
  const read = await readHistories(ours.records, definitions.cohort, definitions.outcomes, ["held_out"]);
  const heldOut =
    ours.records === theirs.records
      ? read
      : await readHistories(theirs.records, definitions.cohort, definitions.outcomes, ["held_out"]);
  const theirPeople = new Set(heldOut.histories.map(({ subjectId }) => subjectId));
  const keys = new Set(theirs.rows.map(keyOf));
  const shared = ours.rows.filter((row) => keys.has(keyOf(row)));
  const forecast = new Set(shared.map(({ subjectId }) => subjectId));
  const histories = read.histories.filter(
    ({ subjectId }) => theirPeople.has(subjectId) && forecast.has(subjectId),
  );
  const [own, other, both] = [tasksOf(ours.rows), tasksOf(theirs.rows), tasksOf(shared)];
  const outcomes = sharedTasks(definitions.outcomes, both, other);
  if (histories.length === 0 || outcomes.list.length === 0)
    throw new LongitudeError(
      RELEASES_NOT_COMPARABLE,
      `${first.id} and ${second.id} forecast nothing for the same persons`,
    );
  const { bootstrap, seed, recordLengthStrata, minimumEvents, threads } = site.configuration.evaluation;
  const running = evaluate({
    histories,
    outcomes,
    risks: { [first.id]: shared, [second.id]: theirs.rows },
    mainModel: first.id,
    baselines: [second.id],
    unfitted: [],
    resamples: bootstrap,
    seed,
    recordLengthStrata,
    minimumEvents,
    closeUp: null,
    threads,
  });
  for (;;) {
    const step = await running.next();
    if (step.done !== true) continue;
    const { evaluation } = step.value;
    return {
      schema: "longitude.release-comparison/1",
      release: first.id,
      with: second.id,
      persons: histories.length,
      tasks: evaluation.tasks.map(({ outcome, landmark, horizon, n, events, differences }) => ({
        outcome,
        landmark,
        horizon,
        n,
        events,
        differences: differences[second.id] ?? null,
      })),
      notCompared: notCompared(own, other, both),
      redefined: redefined(definitions.outcomes, others.outcomes),
    };
  }
}

export function comparisonText(comparison: ReleaseComparison): string {
  const { release, with: other, persons, tasks } = comparison;
  const rows = tasks.map((task) => {
    const figure = task.differences?.cIndex;
    const text =
      figure == null
        ? "too few to judge"
        : `${signed(figure.value)} (${signed(figure.low)} to ${signed(figure.high)}, n = ${figure.n})`;
    return `  ${nameOf(task).padEnd(44)} ${text}`;
  });
  return [
    `difference in C-index, ${release} minus ${other}, on ${persons} persons held out by both:`,
    ...rows,
    ...comparison.notCompared.map(
      (task) => `  ${nameOf(task).padEnd(44)} not compared: forecast ${FORECAST_BY[task.because]}`,
    ),
    ...comparison.redefined.map(
      (name) => `  ${name} is defined otherwise in ${other}: measured as in ${release}`,
    ),
  ].join("\n");
}

const FORECAST_BY = {
  "only the first": "by the first alone",
  "only the second": "by the second alone",
  "no person alike": "by both, for no person alike",
} as const;

type TaskName = Pick<ReleaseComparison["notCompared"][number], "outcome" | "landmark" | "horizon">;

function nameOf({ outcome, landmark, horizon }: TaskName): string {
  return `${outcome}, ${landmark}, ${horizon}`;
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
}

async function readSide(site: Pick<Site, "folder">, release: RegisteredRelease) {
  const { lineage } = await readManifest(join(site.folder, release.folder));
  const folderOf = (kind: string) => {
    const id = lineage.find((one) => one.kind === kind)?.id ?? "";
    return join(site.folder, "artefacts", `${kind}-${id.slice(0, 16)}`);
  };
  const risks = join(folderOf("forecasts"), "risks.parquet");
  if (!existsSync(risks) || !existsSync(folderOf("records")))
    throw new LongitudeError(
      RELEASES_NOT_COMPARABLE,
      `the forecasts or records of ${release.id} are no longer under artefacts/`,
    );
  return { rows: await readRiskTable(risks), records: folderOf("records") };
}

function keyOf({ subjectId, outcome, landmark }: RiskRow): string {
  return `${subjectId}|${outcome}|${landmark}`;
}

type Tasks = ReadonlyMap<string, TaskName>;

function tasksOf(rows: readonly RiskRow[]): Tasks {
  const tasks = new Map<string, TaskName>();
  for (const { outcome, landmark, risks } of rows)
    for (const horizon of Object.keys(risks))
      tasks.set(`${outcome}|${landmark}|${horizon}`, { outcome, landmark, horizon });
  return tasks;
}

/** The outcomes, prediction times and horizons for which both have risks of somebody alike. */
function sharedTasks(outcomes: OutcomesSection, both: Tasks, other: Tasks): OutcomesSection {
  const list = outcomes.list.flatMap((outcome) => {
    const times = (outcome.predictionTimes ?? outcomes.predictionTimes).flatMap((time) => {
      const kept = time.horizons.filter((h) => {
        const key = `${outcome.name}|${time.at}|${h}`;
        return both.has(key) && other.has(key);
      });
      return kept.length === 0 ? [] : [{ ...time, horizons: kept }];
    });
    return times.length === 0 ? [] : [{ ...outcome, predictionTimes: times }];
  });
  return { ...outcomes, list };
}

function notCompared(own: Tasks, other: Tasks, both: Tasks): ReleaseComparison["notCompared"] {
  return [...new Map([...own, ...other])]
    .filter(([key]) => !both.has(key) || !other.has(key))
    .map(([key, task]) => ({
      ...task,
      because: !other.has(key) ? "only the first" : !own.has(key) ? "only the second" : "no person alike",
    }));
}

/** Outcomes of both whose events, population or label differ; what it is called and when it is predicted do not matter here. */
function redefined(own: OutcomesSection, others: OutcomesSection): string[] {
  const text = (outcome: OutcomesSection["list"][number] | undefined) =>
    outcome === undefined ? null : canonicalJson(toJson({ ...outcome, title: "", predictionTimes: null }));
  return own.list
    .filter((outcome) => {
      const other = text(others.list.find(({ name }) => name === outcome.name));
      return other !== null && other !== text(outcome);
    })
    .map(({ name }) => name);
}

async function readDefinitions(site: Pick<Site, "folder">, release: RegisteredRelease) {
  const file = join(site.folder, release.folder, "definitions.json");
  return definitionsSchema.parse(JSON.parse(await readFile(file, "utf8")));
}
