/**
 * What a site's newest records were read from, what became of every candidate event, and how good they are: read from what the
 * build has left. Counts and shares; no person's value.
 * Invariant: a cell of fewer events, and a finding of fewer cases, than the minimum cell is withheld, not shown as zero.
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type BuiltArtefact, builtArtefacts } from "../../../artefacts/built-artefacts.ts";
import { ingestAccountSchema } from "../../../evaluation/report/report-input.ts";
import { qualityReportSchema } from "../../../quality/judge/quality-report.ts";
import { profileSchema, type QualityProfile } from "../../../quality/quality-profile.ts";
import { isoTime } from "../../../state/value-parsers.ts";
import { INGEST_JSON } from "../../../timeline/dataset-layout.ts";
import type { ServerContext } from "../../server-context.ts";
import { readJson } from "./read-json.ts";

const MINIMUM_CELL = 11;
/** Records read longer ago are said to be old. */
const OLD_DAYS = 31;

const report = qualityReportSchema.shape;
const finding = report.checks.unwrap().element.shape.findings.unwrap().element;
/** A finding of fewer cases than the minimum cell has no figure. */
const shownFinding = finding.omit({ detail: true }).extend({
  value: z.number().nullable(),
  n: z.number().nullable(),
});

export const qualityAnswerSchema = z.strictObject({
  at: z.string(),
  minimumCell: z.int(),
  /** Null: the site has read no records. */
  records: z
    .strictObject({
      id: z.string(),
      readAt: z.string(),
      old: z.boolean(),
      /** Null where the account of the ingest is of another version. */
      account: ingestAccountSchema.omit({ copiedCodes: true }).nullable(),
    })
    .nullable(),
  /** Null: the newest records have not been measured, or the gate has not judged them. */
  report: qualityReportSchema
    .pick({ passed: true, date: true, counts: true, comparedWithPrevious: true, expiredWaivers: true })
    .extend({
      checks: z.array(report.checks.unwrap().element.extend({ findings: z.array(shownFinding) })),
    })
    .nullable(),
  systems: z.array(
    z.strictObject({
      system: z.string(),
      standard: z.boolean(),
      codes: z.int(),
      events: z.int().nullable(),
      malformed: z.number().nullable(),
      orphans: z.number().nullable(),
    }),
  ),
  density: z
    .strictObject({
      /** Every year that has events, or the months of the asked one. */
      columns: z.array(z.string()),
      years: z.array(z.int()),
      year: z.int().nullable(),
      /** By column; null: some, but fewer than the minimum cell. */
      domains: z.array(z.strictObject({ domain: z.string(), events: z.array(z.int().nullable()) })),
    })
    .nullable(),
  /** Imports that the gate has let through, the newest first. */
  imports: z.array(
    z.strictObject({ records: z.string(), acceptedAt: z.string(), persons: z.int(), events: z.int() }),
  ),
});

export type QualityAnswer = z.output<typeof qualityAnswerSchema>;

/** @param year whose months are told; every year when left out */
export async function qualityAnswer(
  { folder, effects }: ServerContext,
  year: number | undefined,
): Promise<QualityAnswer> {
  const now = effects.now();
  const built = await builtArtefacts(folder);
  const records = built.find(({ kind }) => kind === "records");
  const measured =
    records && built.find(({ kind, inputs }) => kind === "quality" && inputs.records === records.id);
  const profile = measured ? await readJson(join(measured.folder, "profile.json"), profileSchema) : null;
  const judged = await readJson(join(folder, "quality", "quality.json"), qualityReportSchema);
  // The page of the gate is one of the site, whatever it judged last: it counts for the records that it fits.
  const fits = profile !== null && judged?.persons === profile.persons.n && judged.events === profile.events;
  return {
    at: isoTime(now),
    minimumCell: MINIMUM_CELL,
    records: records === undefined ? null : await recordsOf(records, now),
    report: judged === null || !fits ? null : reportOf(judged),
    systems: (profile?.systems ?? []).map(
      ({ system, standard, codes, events, malformedEvents, orphanEvents }) => ({
        system,
        standard,
        codes,
        events: shown(events),
        malformed: events < MINIMUM_CELL ? null : malformedEvents / events,
        orphans: events < MINIMUM_CELL ? null : orphanEvents / events,
      }),
    ),
    density: profile === null ? null : densityOf(profile, year ?? null),
    imports: await importsOf(join(folder, "quality", "imports")),
  };
}

async function recordsOf({ id, folder, madeAt }: BuiltArtefact, now: number) {
  return {
    id,
    readAt: isoTime(madeAt),
    old: now - madeAt > OLD_DAYS * 86_400_000,
    account: await readJson(join(folder, INGEST_JSON), ingestAccountSchema.omit({ copiedCodes: true })),
  };
}

function reportOf(judged: z.output<typeof qualityReportSchema>): NonNullable<QualityAnswer["report"]> {
  const { passed, date, counts, comparedWithPrevious, expiredWaivers, checks } = judged;
  return {
    passed,
    date,
    counts,
    comparedWithPrevious,
    expiredWaivers,
    checks: checks.map((check) => ({
      ...check,
      findings: check.findings.map(({ of, value, n, outcome, waiver }) => {
        // Of counts, `n` is what was looked at; of shares, whom the figure is of.
        const few = check.figure === "share" && n < MINIMUM_CELL;
        return { of, value: few ? null : value, n: few ? null : n, outcome, waiver };
      }),
    })),
  };
}

function shown(events: number): number | null {
  return events > 0 && events < MINIMUM_CELL ? null : events;
}

function densityOf(profile: QualityProfile, year: number | null): QualityAnswer["density"] {
  const { months, domains } = profile;
  if (months === null) return null;
  const [first, last] = [Math.floor(months.first / 12), Math.floor(months.last / 12)];
  const years = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const spans =
    year === null
      ? years.map((one) => ({ text: String(one), from: 12 * one, months: 12 }))
      : Array.from({ length: 12 }, (_, i) => ({
          text: `${year}-${String(i + 1).padStart(2, "0")}`,
          from: 12 * year + i,
          months: 1,
        }));
  return {
    columns: spans.map(({ text }) => text),
    years,
    year,
    domains: domains.map(({ domain, firstMonth, events }) => ({
      domain,
      events: spans.map(({ from, months: length }) =>
        shown(
          events
            .slice(Math.max(0, from - firstMonth), Math.max(0, from - firstMonth + length))
            .reduce((sum, n) => sum + n, 0),
        ),
      ),
    })),
  };
}

const importSchema = z.object({ records: z.string(), acceptedAt: z.number(), profile: profileSchema });

async function importsOf(folder: string): Promise<QualityAnswer["imports"]> {
  const names = (await readdir(folder).catch(() => [] as string[])).filter((name) => name.endsWith(".json"));
  const imports: QualityAnswer["imports"] = [];
  for (const name of names) {
    const read = await readJson(join(folder, name), importSchema);
    if (read === null) continue;
    const { records, acceptedAt, profile } = read;
    imports.push({
      records,
      acceptedAt: isoTime(acceptedAt),
      persons: profile.persons.n,
      events: profile.events,
    });
  }
  return imports.sort((a, b) => (a.acceptedAt < b.acceptedAt ? 1 : -1));
}
