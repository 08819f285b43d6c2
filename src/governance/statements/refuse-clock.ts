/**
 * Refuses to judge or sign while the clock stands before what the site has already recorded: an expired waiver or a
 * past review date would count again.
 */
import { LongitudeError } from "../../errors/longitude-error.ts";
import { CLOCK_SET_BACK } from "../../errors/registry.ts";
import type { StateTransaction } from "../../state/open-state.ts";

/** Clocks of two machines differ by so much, ms. */
const TOLERANCE_MS = 5 * 60_000;

/** @param nowMs what the clock says @throws LongitudeError CLOCK_SET_BACK */
export async function refuseClockSetBack(tx: StateTransaction, nowMs: number): Promise<void> {
  const last = await tx
    .selectFrom("audit_entry")
    .select(({ fn }) => fn.max("at").as("at"))
    .executeTakeFirst();
  const recordedMs = last?.at == null ? Number.NEGATIVE_INFINITY : Date.parse(String(last.at));
  if (nowMs < recordedMs - TOLERANCE_MS) {
    const minutes = Math.round((recordedMs - nowMs) / 60_000);
    throw new LongitudeError(
      CLOCK_SET_BACK,
      `the clock stands ${minutes} minutes before the newest entry of the audit log`,
    );
  }
}
