/** What waits for the person who looks, by their roles, and the screen where it is done. */
import { z } from "zod";
import { countingApprovals } from "../../governance/release/registry.ts";
import { isoTime } from "../../state/value-parsers.ts";
import { MS_PER_DAY } from "../../vetting/duration.ts";
import type { PersonRole } from "../identity/roles.ts";
import type { Session } from "../identity/sessions.ts";
import type { ServerContext } from "../server-context.ts";
import { STATING, WATCHING } from "./page-roles.ts";
import { youIn } from "./vetting/vetting-answer.ts";

const WAITING = ["reviews", "adjudications", "alarms", "approvals", "waivers"] as const;
type Kind = (typeof WAITING)[number];

export const waitingSchema = z.array(
  z.strictObject({ what: z.enum(WAITING), count: z.int().positive(), path: z.string() }),
);

type Waiting = z.output<typeof waitingSchema>;

/** Before its last day, a waiver is to be thought of. */
const WAIVER_DAYS = 30;

export async function waitingOf(context: ServerContext, session: Session): Promise<Waiting> {
  const has = (roles: readonly PersonRole[]) => session.roles.some((role) => roles.includes(role));
  const reviewers = await context.vetting.reviewers();
  const you = await context.state.transaction((tx) => youIn(tx, context, session, reviewers));
  const counts: readonly (readonly [Kind, string, number])[] = [
    ["reviews", "/vetting", you?.toReview ?? 0],
    ["adjudications", "/vetting", you?.toAdjudicate ?? 0],
    ["alarms", "/monitoring", has(WATCHING) ? (await context.alarms.standing()).length : 0],
    ["approvals", "/release", has(STATING) ? await withoutApprovals(context) : 0],
    ["waivers", "/release", has(STATING) ? await endingWaivers(context) : 0],
  ];
  return counts.flatMap(([what, path, count]) => (count === 0 ? [] : [{ what, count, path }]));
}

/** Releases that may be used by their verdict, and that nobody has approved as far as it takes. */
async function withoutApprovals(context: ServerContext): Promise<number> {
  const registry = await context.releases();
  const lacking = registry.filter((release) => {
    const roles = new Set(countingApprovals(registry, release).map(({ role }) => role));
    return release.stage === "candidate" && release.verdict !== "do not deploy" && roles.size < 2;
  });
  return lacking.length;
}

async function endingWaivers({ governance, effects }: ServerContext): Promise<number> {
  const day = (ms: number) => isoTime(ms).slice(0, 10);
  const [today, soon] = [day(effects.now()), day(effects.now() + WAIVER_DAYS * MS_PER_DAY)];
  return (await governance.waivers()).filter(({ until }) => until >= today && until <= soon).length;
}
