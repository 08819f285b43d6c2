/** Evidence of matured outcomes as the state keeps it: only ever added to, the newest counts. */
import { z } from "zod";
import { estimateSchema } from "../../evaluation/measures/estimate.ts";
import type { StateTransaction } from "../../state/open-state.ts";
import { isoTime } from "../../state/value-parsers.ts";
import type { MonitorTables } from "./monitor-tables.ts";

const measure = estimateSchema.nullable();

export const maturedEvidenceSchema = z.strictObject({
  release: z.string(),
  groups: z.array(
    z.strictObject({
      /** Whose persons they were. */
      tenant: z.string().default("local"),
      /** Whether somebody saw the forecasts: what was seen may have changed what came. */
      exposure: z.enum(["silent", "shown"]),
      /** `all`, `unit NAME`, `sex F`, `age 60 to 69`. */
      group: z.string(),
      outcome: z.string(),
      horizon: z.string(),
      /** Whose forecast has matured and who was seen again. */
      persons: z.int(),
      /** Within the horizon; null where too few had it to tell. */
      onsets: z.int().nullable(),
      deaths: z.int().nullable(),
      /** Whose outcome is not known, or who does not count, by reason. */
      left: z.record(z.string(), z.int()),
      cIndex: measure,
      observedIncidence: measure,
      meanRisk: measure,
      observedToExpected: measure,
      auroc: measure.default(null),
      calibrationIntercept: measure.default(null),
      calibrationSlope: measure.default(null),
    }),
  ),
});

export type MaturedEvidence = z.output<typeof maturedEvidenceSchema>;

/** @returns null before anything has matured */
export async function readEvidence(tx: StateTransaction, release: string): Promise<MaturedEvidence | null> {
  const row = await newest(tx, release);
  return row === undefined ? null : maturedEvidenceSchema.parse(JSON.parse(row));
}

/** @param content canonical JSON of the evidence; what says the same as the newest is not stored again */
export async function storeEvidence(
  tx: StateTransaction,
  { release }: MaturedEvidence,
  content: string,
  now: number,
): Promise<void> {
  if ((await newest(tx, release)) === content) return;
  await tx
    .withTables<MonitorTables>()
    .insertInto("monitor_evidence")
    .values({ at: isoTime(now), release, content })
    .execute();
}

async function newest(tx: StateTransaction, release: string): Promise<string | undefined> {
  const row = await tx
    .withTables<MonitorTables>()
    .selectFrom("monitor_evidence")
    .select("content")
    .where("release", "=", release)
    .orderBy("sequence", "desc")
    .executeTakeFirst();
  return row?.content;
}
