/**
 * Runs one folder of test/cases/ingest-* and describes what came out, in a form that a person can read and correct.
 * `options.json` holds the options, `in/` the input; `out.json` is compared key by key, so that a large case may
 * state only its account.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LongitudeError } from "../../src/errors/longitude-error.ts";
import { ingest } from "../../src/ingest/ingest.ts";
import type { IngestReport } from "../../src/ingest/ingest-report.ts";
import { openTimelineStore } from "../../src/timeline/open-timeline-store.ts";
import type { PatientEvent } from "../../src/timeline/patient-event.ts";
import { fixedEffects } from "../support/fixed-effects.ts";

export interface CaseResult {
  readonly error?: string;
  readonly message?: string;
  readonly candidates?: IngestReport["candidates"];
  readonly tally?: readonly string[];
  readonly notes?: readonly string[];
  readonly notRead?: readonly string[];
  readonly unknownUnits?: readonly string[];
  /** Instead of the timelines of a large case. */
  readonly timelinesHash?: string;
  readonly codes?: readonly string[];
  readonly timelines?: readonly { readonly split: string; readonly events: readonly string[] }[];
}

const LISTED_EVENTS = 200;

export async function runIngestCase(dir: string): Promise<CaseResult> {
  const work = await mkdtemp(join(tmpdir(), "longitude-case-"));
  const out = join(work, "out");
  try {
    const optionsFile = join(dir, "options.json");
    const options: object = existsSync(optionsFile)
      ? (JSON.parse(readFileSync(optionsFile, "utf8")) as object)
      : {};
    let report: IngestReport | undefined;
    for await (const event of ingest({ input: join(dir, "in"), out, ...options }, fixedEffects())) {
      if (event.kind === "done") report = event.report;
    }
    return await describeDataset(report!, out);
  } catch (error) {
    if (!(error instanceof LongitudeError)) throw error;
    const left = await readdir(work);
    return {
      error: error.code,
      message: error.message.replaceAll(`${join(dir, "in")}/`, "").replaceAll(join(dir, "in"), "in"),
      ...(left.length > 0 ? { notes: [`left behind: ${left.join(", ")}`] } : {}),
    };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function describeDataset(report: IngestReport, out: string): Promise<CaseResult> {
  const store = await openTimelineStore(out);
  try {
    const splits = await store.splits();
    const timelines: { split: string; events: string[] }[] = [];
    for await (const { subjectId, events } of store.timelines()) {
      timelines.push({ split: splits.get(subjectId)!, events: events.map(eventText) });
    }
    const small = report.dataset.events <= LISTED_EVENTS;
    return {
      candidates: report.candidates,
      tally: report.tally.map(({ fate, reason, source, count }) => [fate, reason, source, count].join(" | ")),
      ...list("notes", report.notes),
      ...list("notRead", report.resourcesNotRead),
      ...list("unknownUnits", report.unknownUnits),
      ...(small
        ? { codes: (await store.codes()).map(codeText), timelines }
        : { timelinesHash: createHash("sha256").update(JSON.stringify(timelines)).digest("hex") }),
    };
  } finally {
    store.close();
  }
}

function list(key: string, rows: readonly { what: string; count: number }[]): Record<string, string[]> {
  return rows.length === 0 ? {} : { [key]: rows.map(({ what, count }) => `${what}: ${count}`) };
}

function codeText(code: {
  code: string;
  description: string | null;
  parentCodes: readonly string[];
}): string {
  return [code.code, ...code.parentCodes.map((parent) => `< ${parent}`), code.description]
    .filter((part) => part !== null)
    .join(" ");
}

/** `2020-01-02T08:00 LOINC/4548-4 6.1 % "text" @2020-01-02T11:00 in <encounter> from Observation`. */
function eventText(event: PatientEvent): string {
  const at = (ms: number): string => new Date(ms).toISOString().replace(/(T00:00)?:00\.000Z$/, "");
  return [
    event.time === null ? "static" : at(event.time),
    event.code,
    event.numericValue,
    event.unit,
    event.textValue === null ? null : JSON.stringify(event.textValue),
    event.availableTime === null ? null : `@${at(event.availableTime)}`,
    event.encounterId === null ? null : `in ${event.encounterId}`,
    `from ${event.source}`,
  ]
    .filter((part) => part !== null)
    .join(" ");
}
