/** What the model would have said of the same record earlier: each from what was known at the time, none with what came later. */
import { z } from "zod";
import { isoTime } from "../../../state/value-parsers.ts";
import { askRecord } from "../../answers/ask-record.ts";
import type { Session } from "../../identity/sessions.ts";
import type { ServerContext } from "../../server-context.ts";
import { type OpenedRecord, principalOf } from "./open-record.ts";

const pastSchema = z.strictObject({
  at: z.string(),
  forecasts: z.array(
    z.strictObject({
      outcome: z.string(),
      horizon: z.string(),
      risk: z.number().nullable(),
      low: z.number().nullable(),
      high: z.number().nullable(),
    }),
  ),
});

export const pastRisksSchema = z.strictObject({ past: z.array(pastSchema) });
export type PastRisks = z.output<typeof pastRisksSchema>;

const DAY_MS = 86_400_000;
const STEP_DAYS = 182;
const STEPS = 8;

/** Half-yearly, the oldest first, up to four years back. */
export async function pastRisks(
  context: ServerContext,
  session: Session,
  { record, patientKey, stored }: OpenedRecord,
): Promise<PastRisks> {
  const today = Math.floor(context.effects.now() / DAY_MS) * DAY_MS;
  const past: z.output<typeof pastSchema>[] = [];
  for (let step = STEPS; step >= 1; step--) {
    const at = today - step * STEP_DAYS * DAY_MS;
    const { shown } = await askRecord(context, principalOf(session), {
      ...record,
      at,
      explain: false,
      kind: "v1",
      detail: "workspace-past",
      unit: "",
      patient: { key: patientKey },
      ...(stored === null ? {} : { shownIn: stored.unit }),
    });
    past.push({
      at: isoTime(at),
      forecasts: shown.map(({ forecast: { outcome, horizon, risk, comparable } }) => ({
        outcome,
        horizon,
        risk,
        low: comparable?.low ?? null,
        high: comparable?.high ?? null,
      })),
    });
  }
  return { past };
}
