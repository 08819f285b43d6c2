/** Who is logged in. */
import { queryOptions, type UseQueryResult, useQuery } from "@tanstack/react-query";
import type { SessionAnswer } from "../../../src/serving/identity/session-routes.ts";
import { askServer, type ServerRefusal } from "./ask-server.ts";
import { forgetDrafts } from "./drafts.ts";

export type Role = SessionAnswer["roles"][number];

export const SESSION_PATH = "/session";

export const sessionQuery = queryOptions<SessionAnswer, ServerRefusal>({
  queryKey: [SESSION_PATH],
  queryFn: async ({ signal, client }) => {
    const before = client.getQueryData<SessionAnswer>([SESSION_PATH]);
    const now = await askServer<SessionAnswer>(SESSION_PATH, signal);
    if (before !== undefined && before.person !== now.person) {
      forgetDrafts();
      client.removeQueries({ type: "inactive" });
      void client.resetQueries({
        type: "active",
        predicate: ({ queryKey: [asked] }) => asked !== SESSION_PATH,
      });
    }
    return now;
  },
  staleTime: 5 * 60_000,
  retry: false,
  // Whoever has logged in in another window comes back to this one.
  refetchOnWindowFocus: ({ state }) => (state.error === null ? false : "always"),
});

export function useSession(): UseQueryResult<SessionAnswer, ServerRefusal> {
  return useQuery(sessionQuery);
}
