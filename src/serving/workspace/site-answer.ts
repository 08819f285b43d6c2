/** What is served here, for everybody who is logged in. */
import { z } from "zod";
import type { ServerContext } from "../server-context.ts";
import { SERVED_STAGES } from "../stages/effective-stage.ts";

export const siteAnswerSchema = z.strictObject({
  site: z.string(),
  release: z.strictObject({ id: z.string(), version: z.string(), reviewBy: z.string() }),
  verdict: z.string(),
  stage: z.enum(SERVED_STAGES),
  /** Why it is no higher; null where nothing keeps it. */
  because: z.string().nullable(),
  /** Whether forecasts are shown to this machine alone, whatever the stage is. */
  sandbox: z.boolean(),
  /** Titles of what is forecast. */
  outcomes: z.array(z.string()),
});

export type SiteAnswer = z.output<typeof siteAnswerSchema>;

export async function siteAnswer({ site, model, stages }: ServerContext): Promise<SiteAnswer> {
  const { release } = await stages.current();
  const { id, version, reviewBy, verdict } = model.manifest;
  return {
    site,
    release: { id, version, reviewBy },
    verdict,
    ...release,
    outcomes: model.outcomes.map(({ title }) => title),
  };
}
