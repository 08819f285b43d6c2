/** Measures a dataset: records in, a profile out. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { INGEST_JSON } from "../timeline/dataset-layout.ts";
import { measureCodes } from "./measures/codes.ts";
import { measureDensity } from "./measures/density.ts";
import { openRecords } from "./measures/open-records.ts";
import { measurePeople } from "./measures/people.ts";
import { measureValues } from "./measures/values.ts";
import { PROFILE_SCHEMA, type QualityProfile } from "./quality-profile.ts";

export type ProfileEvent =
  | { readonly kind: "progress"; readonly step: string; readonly done: number; readonly total: number }
  | { readonly kind: "done"; readonly profile: QualityProfile };

const STEPS = ["events by month", "persons", "codes", "values"] as const;

/** @param spillDir a folder in which the database may spill */
export async function* profileRecords(dir: string, spillDir: string): AsyncGenerator<ProfileEvent> {
  const records = await openRecords(dir, spillDir);
  const at = (done: number): ProfileEvent => ({
    kind: "progress",
    step: STEPS[done]!,
    done,
    total: STEPS.length,
  });
  try {
    yield at(0);
    const density = await measureDensity(records.database);
    yield at(1);
    const people = await measurePeople(records.database);
    yield at(2);
    const codes = await measureCodes(records);
    yield at(3);
    const values = await measureValues(records.database);
    const ingest = await readAccount(dir);
    yield {
      kind: "done",
      profile: { schema: PROFILE_SCHEMA, ...people, ...density, ...codes, values, ingest },
    };
  } finally {
    records.database.close();
  }
}

const accountSchema = z.object({
  tally: z.array(z.object({ fate: z.string(), reason: z.string(), source: z.string(), count: z.number() })),
  unknownUnits: z.array(z.object({ what: z.string(), count: z.number() })),
  copiedCodes: z.object({
    pairs: z.array(
      z.object({ codes: z.tuple([z.string(), z.string()]), jointRows: z.number(), resolved: z.boolean() }),
    ),
  }),
});

const OUTSIDE_LIFE = new Set(["EVENT_BEFORE_BIRTH", "EVENT_AFTER_DEATH"]);

/** A dataset from elsewhere has no account, or one that is not ours. */
async function readAccount(dir: string): Promise<QualityProfile["ingest"]> {
  let raw: unknown;
  try {
    raw = JSON.parse(await readFile(join(dir, INGEST_JSON), "utf8"));
  } catch {
    return null;
  }
  const parsed = accountSchema.safeParse(raw);
  if (!parsed.success) return null;
  const { tally, unknownUnits, copiedCodes } = parsed.data;
  const sources = new Map<string, { candidates: number; rejected: number }>();
  for (const { fate, source, count } of tally) {
    const known = sources.get(source) ?? { candidates: 0, rejected: 0 };
    known.candidates += count;
    if (fate === "rejected") known.rejected += count;
    sources.set(source, known);
  }
  return {
    sources: [...sources].map(([source, counts]) => ({ source, ...counts })),
    outsideLife: tally.reduce((sum, { reason, count }) => sum + (OUTSIDE_LIFE.has(reason) ? count : 0), 0),
    unknownUnits: unknownUnits.map(({ what, count }) => ({ code: what, n: count })),
    copied: copiedCodes.pairs.map(({ codes, jointRows, resolved }) => ({ codes, rows: jointRows, resolved })),
  };
}
