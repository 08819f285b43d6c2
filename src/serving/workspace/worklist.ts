/**
 * The patients of a sandbox's unit with what is forecast for each, to be sorted and filtered by who reads it.
 * Invariant: who may not see patients gets none; a patient's forecast is asked, stored and audited as everywhere.
 */
import { z } from "zod";
import { isoTime } from "../../state/value-parsers.ts";
import { askRecord } from "../answers/ask-record.ts";
import type { Session } from "../identity/sessions.ts";
import { listedTask, listedTaskSchema } from "./listed-task.ts";
import { examplesOf, principalOf, type RecordDesk } from "./patient/open-record.ts";
import { bannerOf, bannerSchema } from "./patient/patient-banner.ts";

export const worklistSchema = z.strictObject({
  at: z.string(),
  /** What is forecast: the choices of a filter. */
  tasks: z.array(listedTaskSchema),
  rows: z.array(
    z.strictObject({
      key: z.string(),
      banner: bannerSchema,
      events: z.int(),
      daysSinceLast: z.int().nullable(),
      /** In the order of `tasks`. */
      risks: z.array(
        z.strictObject({
          risk: z.number().nullable(),
          /** Interval of what happened to comparable held-out people. */
          low: z.number().nullable(),
          high: z.number().nullable(),
          why: z.string().nullable(),
        }),
      ),
    }),
  ),
});

export type Worklist = z.output<typeof worklistSchema>;

export async function worklist(desk: RecordDesk, session: Session): Promise<Worklist> {
  const { context } = desk;
  const now = context.effects.now();
  const rows: Worklist["rows"] = [];
  for (const opened of await examplesOf(desk, session)) {
    const { answer, shown } = await askRecord(context, principalOf(session), {
      ...opened.record,
      at: null,
      explain: false,
      kind: "v1",
      detail: "worklist",
      unit: "",
      patient: { key: opened.patientKey },
    });
    rows.push({
      key: opened.key,
      banner: bannerOf(opened, now),
      events: opened.record.events.length,
      daysSinceLast: answer?.record.daysSinceLast ?? null,
      risks: context.model.tasks.map(({ outcome, horizon }) => {
        const found = shown.find(
          ({ forecast }) => forecast.outcome === outcome.name && forecast.horizon === horizon,
        );
        return {
          risk: found?.forecast.risk ?? null,
          low: found?.forecast.comparable?.low ?? null,
          high: found?.forecast.comparable?.high ?? null,
          why: found?.forecast.abstained ?? null,
        };
      }),
    });
  }
  return {
    at: isoTime(now),
    tasks: context.model.tasks.map(listedTask),
    rows,
  };
}
