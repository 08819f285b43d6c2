/**
 * Two releases on the same persons: paired differences of every task that both have forecast, with intervals.
 * Invariant: only persons count whom both models hold out, measured by the definitions of the first release.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { LongitudeError } from "../errors/longitude-error.ts";
import { RELEASES_NOT_COMPARABLE } from "../errors/registry.ts";
import { evaluate } from "../evaluation/design/evaluate.ts";
import type { Evaluation } from "../evaluation/design/evaluation-schema.ts";
import { type RiskRow, readRiskTable } from "../forecast/risk-table.ts";
import { readManifest } from "../governance/release/manifest.ts";
import type { RegisteredRelease } from "../governance/release/registry.ts";
import { cohortSchema, type OutcomesSection, outcomesSchema } from "../vetting/outcome-definition.ts";
import type { Site } from "./read-site.ts";
import { readHistories } from "./stages/read-histories.ts";

export interface ReleaseComparison {
  readonly schema: "longitude.release-comparison/1";
  readonly release: string;
  readonly with: string;
  /** Held out by both, and forecast by both. */
  readonly persons: number;
  readonly tasks: readonly {
    readonly outcome: string;
    readonly landmark: string;
    readonly horizon: string;
    readonly n: number;
    readonly events: number;
    /** The first release minus the other; null where the task cannot be judged. */
    readonly differences: Evaluation["tasks"][number]["differences"][string] | null;
  }[];
}

const definitionsSchema = z.object({ cohort: cohortSchema, outcomes: outcomesSchema });

/** @throws LongitudeError RELEASES_NOT_COMPARABLE */
export async function compareReleases(
  site: Site,
  first: RegisteredRelease,
  second: RegisteredRelease,
): Promise<ReleaseComparison> {
  const [ours, theirs] = [await readSide(site, first), await readSide(site, second)];
  const definitions = definitionsSchema.parse(
    JSON.parse(await readFile(join(site.folder, first.folder, "definitions.json"), "utf8")),
  );
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
  const outcomes = sharedTasks(definitions.outcomes, shared, theirs.rows);
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
    };
  }
}

export function comparisonText({ release, with: other, persons, tasks }: ReleaseComparison): string {
  const rows = tasks.map(({ outcome, landmark, horizon, differences }) => {
    const figure = differences?.cIndex;
    const text =
      figure == null
        ? "too few to judge"
        : `${signed(figure.value)} (${signed(figure.low)} to ${signed(figure.high)}, n = ${figure.n})`;
    return `  ${`${outcome}, ${landmark}, ${horizon}`.padEnd(44)} ${text}`;
  });
  return [
    `difference in C-index, ${release} minus ${other}, on ${persons} persons held out by both:`,
    ...rows,
  ].join("\n");
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
}

async function readSide(site: Site, release: RegisteredRelease) {
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

/** The outcomes, prediction times and horizons for which both have risks. */
function sharedTasks(
  outcomes: OutcomesSection,
  ours: readonly RiskRow[],
  theirs: readonly RiskRow[],
): OutcomesSection {
  const horizons = (rows: readonly RiskRow[]) =>
    new Set(
      rows.flatMap(({ outcome, landmark, risks }) =>
        Object.keys(risks).map((h) => `${outcome}|${landmark}|${h}`),
      ),
    );
  const [a, b] = [horizons(ours), horizons(theirs)];
  const list = outcomes.list.flatMap((outcome) => {
    const times = (outcome.predictionTimes ?? outcomes.predictionTimes).flatMap((time) => {
      const kept = time.horizons.filter((h) => {
        const key = `${outcome.name}|${time.at}|${h}`;
        return a.has(key) && b.has(key);
      });
      return kept.length === 0 ? [] : [{ ...time, horizons: kept }];
    });
    return times.length === 0 ? [] : [{ ...outcome, predictionTimes: times }];
  });
  return { ...outcomes, list };
}
