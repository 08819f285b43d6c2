/** What is served here: the site, its release, how far it may go. */
import type { UseQueryResult } from "@tanstack/react-query";
import type { SiteAnswer } from "../../../src/serving/workspace/site-answer.ts";
import type { ServerRefusal } from "./ask-server.ts";
import { useAsked } from "./queries.ts";

export const SITE_PATH = "/workspace/site";

export function useSite(enabled = true): UseQueryResult<SiteAnswer, ServerRefusal> {
  return useAsked<SiteAnswer>(enabled ? SITE_PATH : null);
}
