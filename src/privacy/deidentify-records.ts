/**
 * From an export to de-identified records: read into the identified zone, sealed there, de-identified out of it.
 * Invariant: identified records are in the clear inside the zone's work folder only, and only while this runs; a killed
 * run leaves them there, for nobody but the owner, until the next one starts or `longitude privacy clean` is called.
 */
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { canonicalJson, toJson } from "../artefacts/canonical-json.ts";
import { lockSite } from "../artefacts/site-lock.ts";
import type { Effects } from "../effects/effects.ts";
import { type IngestEvent, ingest } from "../ingest/ingest.ts";
import { type IngestInput, parseIngestOptions } from "../ingest/ingest-options.ts";
import type { IngestReport } from "../ingest/ingest-report.ts";
import { beginOutput } from "../ingest/output-folder.ts";
import { Database } from "../timeline/database.ts";
import { INGEST_JSON } from "../timeline/dataset-layout.ts";
import { type LeftOut, leaveOutPersons, readOptOuts } from "./consent/left-out-persons.ts";
import type { PrivacyConfig } from "./privacy-config.ts";
import { type DeidentifyEvent, deidentifyDataset } from "./records/deidentify-dataset.ts";
import type { PrivacyReport } from "./records/privacy-report.ts";
import type { Entropy } from "./zone/key-port.ts";
import { Linkage } from "./zone/linkage.ts";
import { openZone } from "./zone/open-zone.ts";
import { hasSealedRecords, sealRecords, unsealRecords } from "./zone/sealed-records.ts";

export interface DeidentifyRecordsOptions {
  /** What to read; where it goes is `out`. */
  readonly records: Omit<IngestInput, "out" | "overwrite" | "collectIdentifiers">;
  /**
   * Hash of the export's content: its records are sealed under it, and taken instead when it comes again. Null = records
   * that are only passing through, such as those of a validation.
   */
  readonly content: string | null;
  /** `zone`, `keys.file` and `optOuts` are absolute paths. */
  readonly config: PrivacyConfig;
  readonly out: string;
  readonly overwrite: boolean;
}

export type DeidentifyRecordsEvent =
  | Extract<IngestEvent, { kind: "progress" | "tally" }>
  | Extract<DeidentifyEvent, { kind: "progress" }>
  | {
      readonly kind: "done";
      readonly out: string;
      readonly ingest: IngestReport;
      readonly privacy: PrivacyReport;
      readonly leftOut: LeftOut;
    };

export async function* deidentifyRecords(
  { records, content, config, out, overwrite }: DeidentifyRecordsOptions,
  effects: Effects,
  entropy: Entropy,
): AsyncGenerator<DeidentifyRecordsEvent> {
  const zone = await openZone(config, entropy);
  const lock = await lockSite(zone.folder, effects);
  try {
    const optOuts = config.optOuts === undefined ? [] : await readOptOuts(config.optOuts);
    const output = await beginOutput(out, overwrite, effects);
    try {
      const work = await zone.workFolder();
      const identified = join(work, "records");
      const id = recordsId(records, content);
      if (content !== null && (await hasSealedRecords(zone, id))) {
        yield { kind: "progress", step: "opening sealed records", done: 0, total: null };
        await unsealRecords(zone, id, identified);
      } else {
        const reading = ingest(
          { ...records, out: identified, overwrite: true, collectIdentifiers: true },
          effects,
        );
        for await (const event of reading) if (event.kind !== "done") yield event;
        if (content !== null) {
          yield { kind: "progress", step: "sealing", done: 0, total: null };
          await sealRecords(zone, id, identified);
        }
      }
      const report = await readIngestReport(identified);
      const linkage = await Linkage.read(zone, entropy);
      const spill = join(work, "spill");
      await mkdir(spill, { recursive: true });
      const { memoryMb, eventsPerShard, name } = parseIngestOptions({ ...records, out });
      const database = await Database.open({ path: join(work, "privacy.duckdb"), spillDir: spill, memoryMb });
      let leftOut: LeftOut = { byConsent: 0, byList: 0, conflicting: 0, notFound: 0 };
      let done: Extract<DeidentifyEvent, { kind: "done" }> | null = null;
      try {
        const running = deidentifyDataset({
          identified,
          out: output.folder,
          config,
          zone: zone.id,
          linkage,
          database,
          name,
          eventsPerShard,
          leftOut: async (open) => {
            leftOut = await leaveOutPersons(open, optOuts);
          },
          elements: elementsOf(report),
        });
        for await (const event of running) {
          if (event.kind === "done") done = event;
          else yield event;
        }
      } finally {
        database.close();
      }
      if (done === null) throw new TypeError("de-identification ended without its report");
      const released = releasedReport(report, done);
      await writeFile(join(output.folder, INGEST_JSON), `${JSON.stringify(released, null, 2)}\n`);
      await output.publish();
      yield { kind: "done", out, ingest: released, privacy: done.report, leftOut };
    } finally {
      await output.discard();
      await zone.clearWork();
    }
  } finally {
    await lock.release();
  }
}

/** Everything that changes the identified records. */
function recordsId(records: DeidentifyRecordsOptions["records"], content: string | null): string {
  const { input: _input, mapping: _mapping, memoryMb: _memoryMb, workers: _workers, ...options } = records;
  return createHash("sha256")
    .update(canonicalJson({ content, options: toJson(options) }))
    .digest("hex")
    .slice(0, 16);
}

const reportSchema = z.custom<IngestReport>(
  (value) =>
    z.object({ schema: z.string(), elements: z.array(z.unknown()).optional() }).safeParse(value).success,
);

async function readIngestReport(folder: string): Promise<IngestReport> {
  return reportSchema.parse(JSON.parse(await readFile(join(folder, INGEST_JSON), "utf8")));
}

function elementsOf({ elements = [] }: IngestReport): PrivacyReport["elements"] {
  return elements.map(({ what, count }) => {
    const space = what.indexOf(" ");
    const given = what.slice(0, space);
    const known = given === "keep" || given === "transform" || given === "drop" ? given : "unknown";
    return { class: known, element: what.slice(space + 1), count };
  });
}

/** The ingest's account without names that come from the records: codes whose unit was unknown, tables of the sender. */
function releasedReport(
  { elements: _elements, ...report }: IngestReport,
  { written, splits, report: { persons } }: Extract<DeidentifyEvent, { kind: "done" }>,
): IngestReport {
  const safe = (name: string): string => (/^[A-Za-z][A-Za-z_ ]{0,39}$/.test(name) ? name : "other");
  return {
    ...report,
    tally: report.tally.map((row) => ({ ...row, source: safe(row.source) })),
    unknownUnits: [],
    units: [],
    copiedCodes: report.copiedCodes,
    dataset: {
      ...report.dataset,
      subjects: persons.kept,
      events: written.events,
      codes: written.codes,
      shards: written.shards,
      splits,
    },
  };
}
