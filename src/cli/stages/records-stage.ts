/** An export → a MEDS dataset and its tally, de-identified where the site says how, as a stage of the site. */
import { contentHash, memoryFileOf } from "../../artefacts/content-hash.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { INPUT_UNREADABLE } from "../../errors/registry.ts";
import { type IngestEvent, ingest } from "../../ingest/ingest.ts";
import type { IngestReport } from "../../ingest/ingest-report.ts";
import { type DeidentifyRecordsEvent, deidentifyRecords } from "../../privacy/deidentify-records.ts";
import type { PrivacyConfig } from "../../privacy/privacy-config.ts";
import { systemEntropy } from "../../privacy/zone/system-entropy.ts";
import { zoneIdOf } from "../../privacy/zone/zone.ts";
import type { TerminologyConfig } from "../../terminology/terminology-config.ts";
import { currentState } from "../../timeline/dataset-state.ts";
import type { Stage, StageContext, StageSummary } from "../pipeline.ts";
import type { Progress } from "../progress.ts";
import type { Site } from "../read-site.ts";

export const recordsStage: Stage = {
  name: "records",
  schemaVersion: 1,
  module: import.meta.filename,
  inputs: [],
  async outsideInputs({ folder, configuration: { records, privacy, terminology } }) {
    const memory = memoryFileOf(folder);
    return {
      input: await hashOf(records.input, memory),
      ...(records.mapping === undefined ? {} : { mapping: await hashOf(records.mapping, memory) }),
      ...(privacy === undefined ? {} : { zone: await zoneIdOf(privacy.zone) }),
      ...(privacy?.optOuts === undefined ? {} : { optOuts: await hashOf(privacy.optOuts, memory) }),
      ...(await terminologyHashes(terminology, memory)),
    };
  },
  /** Where the input lies does not count, only what is in it (`outsideInputs`). */
  configuration: (site) => {
    const { name, records, splits, privacy, terminology } = site.configuration;
    const { input: _input, mapping: _mapping, memoryMb: _memoryMb, ...options } = records;
    const systems = {
      ...terminology,
      files: terminology.files.map(({ path: _path, ...file }) => file),
    };
    return {
      name,
      ...options,
      splits,
      ...(splits.holdOut === undefined ? {} : { marks: marksOf(site) }),
      terminology: systems,
      ...(privacy === undefined ? {} : { privacy: ruleOf(privacy) }),
    };
  },
  async *run(context) {
    const { site, folder, effects } = context;
    const { name, records, splits, privacy, terminology } = site.configuration;
    if (privacy !== undefined) return yield* runDeidentified(context, privacy);
    for await (const event of ingest(
      { ...records, terminology, splits, marks: marksOf(site), name, out: folder, overwrite: true },
      effects,
    )) {
      if (event.kind === "progress") yield progressOf(event);
      if (event.kind === "done") return { headline: headlineOf(event.report), figures: event.report };
    }
    throw new TypeError("the ingest ended without its report");
  },
};

function marksOf({ configuration: { cohort } }: Site) {
  return { index: cohort.index, followUpEnd: cohort.followUpEnd };
}

async function terminologyHashes(
  { files }: TerminologyConfig,
  memory: string,
): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const [i, { path }] of files.entries()) hashes[`terminology${i}`] = await hashOf(path, memory);
  return hashes;
}

async function* runDeidentified(
  { site, folder, effects }: StageContext,
  config: PrivacyConfig,
): AsyncGenerator<Progress, StageSummary> {
  const { name, records, splits, terminology } = site.configuration;
  const running = deidentifyRecords(
    {
      records: { ...records, terminology, splits, marks: marksOf(site), name },
      content: await contentOf(site),
      config,
      out: folder,
      overwrite: true,
    },
    effects,
    systemEntropy,
  );
  for await (const event of running) {
    if (event.kind === "progress") yield progressOf(event);
    if (event.kind !== "done") continue;
    const { ingest: report, privacy, leftOut } = event;
    return {
      headline: `${headlineOf(report)}\n${" ".repeat(13)}${privacyHeadline(event)}`,
      figures: { ...report, privacy, leftOut },
    };
  }
  throw new TypeError("de-identification ended without its report");
}

/** Names the records whatever the privacy rules are: sealed ones of the same export are taken again. */
async function contentOf(site: Site): Promise<string> {
  const { input, mapping = "" } = (await recordsStage.outsideInputs?.(site)) ?? {};
  return `${input} ${mapping}`;
}

/** Where the zone lies and who holds its key do not change the records. */
function ruleOf({ zone: _zone, keys: _keys, optOuts: _optOuts, ...rule }: PrivacyConfig): object {
  return rule;
}

function privacyHeadline({ privacy, leftOut }: Extract<DeidentifyRecordsEvent, { kind: "done" }>): string {
  const { persons, risk, profile, riskLimit } = privacy;
  const out = leftOut.byConsent + leftOut.byList + leftOut.conflicting;
  const limit = riskLimit === null ? "" : ` (limit ${riskLimit})`;
  return `de-identified, ${profile}: k = ${risk.k}, greatest risk ${risk.prosecutor.greatest.toFixed(3)}${limit}; ${persons.generalised} persons made coarser, ${persons.suppressed} suppressed, ${out} opted out`;
}
function headlineOf({ dataset, candidates: { rejected, dropped }, copiedCodes }: IngestReport): string {
  const count = (value: number) => value.toLocaleString("en-US");
  const copies = copiedCodes.pairs.map(
    ({ codes: [first, second], resolved }) =>
      `${second} = ${first} (${resolved ? "one dropped" : "BOTH KEPT"})`,
  );
  const warning = copies.length === 0 ? "" : `; copied codes: ${copies.join(", ")}`;
  return `${count(dataset.subjects)} persons, ${count(dataset.events)} events; ${count(rejected)} rejected, ${count(dropped)} dropped by configuration${warning}`;
}

async function hashOf(path: string, memory: string): Promise<string> {
  try {
    return await contentHash(await currentState(path), memory);
  } catch (cause) {
    throw new LongitudeError(INPUT_UNREADABLE, `${path} cannot be read`, { cause });
  }
}

export function progressOf(
  event: Extract<IngestEvent | DeidentifyRecordsEvent, { kind: "progress" }>,
): Progress {
  if ("step" in event) return { step: event.step, done: event.done, total: event.total, unit: "" };
  if (event.stage !== "reading") return { step: event.stage, done: 0, total: null, unit: "" };
  return {
    step: `reading file ${Math.min(event.filesDone + 1, event.files)} of ${event.files}`,
    done: event.bytesDone / 1e6,
    total: event.bytes / 1e6,
    unit: "MB",
    detail: `${event.rejected.toLocaleString("en-US")} rejected`,
  };
}
