/**
 * A served site whose folder has what a build really leaves: records of the example cohort's first people, de-identified with
 * proof, their quality, tokens and two short training runs; and the log of a third that is under way.
 */
import { appendFile, mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { runPipeline } from "../../../src/cli/pipeline.ts";
import { writeProof } from "../../../src/cli/privacy-proof.ts";
import { parseSite } from "../../../src/cli/read-site.ts";
import { stages } from "../../../src/cli/stages.ts";
import { systemEffects } from "../../../src/effects/effects.ts";
import { writeOlmstedExample } from "../../../src/ingest/example/write-olmsted-example.ts";
import { createZone } from "../../../src/privacy/zone/open-zone.ts";
import { systemEntropy } from "../../../src/privacy/zone/system-entropy.ts";
import { makeServedSite } from "../../support/served-site.ts";

const PERSONS = 250;
const COHORT = resolve("examples/olmsted");
const WAIVER = {
  check: "duplicates",
  of: "Observation",
  name: "a test",
  reason: "the published table has them",
  expires: "2099-12-31",
};
/** Of the run that is under way. */
export const TRAINING_RUN = "f".repeat(64);
export const FAILED_RUN = "e".repeat(64);

/** Some seconds on a machine that does nothing else. */
export const BUILD_MS = 180_000;

export interface BuiltSite {
  readonly folder: string;
  /** Ids of the two finished runs, the older first. */
  readonly runs: readonly string[];
}

export async function makeBuiltSite(): Promise<BuiltSite> {
  const folder = await makeUnbuiltSite();
  const first = siteOf(folder, 1);
  const runs: string[] = [];
  let records = "";
  for (const site of [first, siteOf(folder, 2)]) {
    const running = runPipeline(site, stages, systemEffects, { targets: ["model"] });
    for await (const event of running) {
      if (event.type !== "finished") continue;
      const { stage, id, folder: made } = event.result;
      if (stage === "records") records = made;
      if (stage === "model") runs.push(id);
    }
  }
  await writeProof(first, systemEffects, { records });
  await beginRun(folder, TRAINING_RUN);
  await beginRun(folder, FAILED_RUN);
  await tellRun(folder, FAILED_RUN, { kind: "stopped", code: "TRAINING_DIVERGED" });
  return { folder, runs };
}

/** The same with nothing built yet: a served release, the export and the zone. */
export async function makeUnbuiltSite(): Promise<string> {
  const { folder } = await makeServedSite({ verdict: "silent only", stage: "silent" });
  await writeOlmstedExample({
    format: "fhir",
    cohortDir: COHORT,
    out: join(folder, "olmsted"),
    overwrite: true,
    sample: PERSONS,
  });
  await createZone(siteOf(folder, 1).configuration.privacy!, systemEntropy);
  return folder;
}

/** What a run writes into its log. */
export async function tellRun(folder: string, run: string, line: object): Promise<void> {
  await mkdir(join(folder, "runs"), { recursive: true });
  const text = JSON.stringify({ at: systemEffects.now(), ...line });
  await appendFile(join(folder, "runs", `${run}.ndjson`), `${text}\n`);
}

export function stepLine(step: number): object {
  return {
    kind: "step",
    step,
    totalSteps: 100,
    epoch: 0,
    nextEventLoss: 3 - step / 100,
    onsetLoss: 0.5,
    tuningLoss: null,
    learningRate: 0.001,
    gradientNorm: 0.8,
    tokensPerSecond: 9000,
    memoryBytes: 4e8,
    secondsLeft: 100 - step,
  };
}

async function beginRun(folder: string, run: string): Promise<void> {
  await tellRun(folder, run, { kind: "opened", stage: "model", inputs: {}, configuration: {} });
  const start = { parameters: 4000, persons: 170, tuningPersons: 25, totalSteps: 100, resumedAtStep: 0 };
  await tellRun(folder, run, { kind: "start", ...start });
  await tellRun(folder, run, stepLine(10));
}

/** `longitude.yaml` of the site, with some of its `training:` in another way. */
export function builtSiteText(training: object): string {
  return JSON.stringify({
    schema: "longitude.site/1",
    name: "served",
    records: { format: "fhir", input: "olmsted", drop: ["LOINC/2093-3", "LOINC/8462-4"] },
    privacy: { profile: "safe-harbor", rareCodes: 1, zone: "zone" },
    outcomes: {
      predictionTimes: [{ at: "index", horizons: ["5y"] }],
      list: [
        { name: "htn", title: "Hypertension", events: { codes: ["ICD10CM/I10"] } },
        { name: "death", title: "Death", events: { codes: ["MEDS_DEATH"] } },
      ],
    },
    quality: { shiftedDates: true, waivers: [WAIVER] },
    training: {
      ...{ width: 16, heads: 2, epochs: 2, context: 64, treeHead: false, plantedRecords: 0 },
      ...training,
    },
  });
}

function siteOf(folder: string, depth: number) {
  const configuration = parseSite(builtSiteText({ depth }), "longitude.yaml");
  const { records, privacy } = configuration;
  return {
    folder,
    vetting: [],
    configuration: {
      ...configuration,
      records: { ...records, input: join(folder, records.input) },
      privacy: { ...privacy!, zone: join(folder, "zone") },
    },
  };
}
