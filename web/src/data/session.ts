/** Who is logged in. */
import { queryOptions, type UseQueryResult, useQuery } from "@tanstack/react-query";
import type { SessionAnswer } from "../../../src/serving/identity/session-routes.ts";
import { askServer, type ServerRefusal } from "./ask-server.ts";

export type Role = SessionAnswer["roles"][number];

export const SESSION_PATH = "/session";

export const sessionQuery = queryOptions<SessionAnswer, ServerRefusal>({
  queryKey: [SESSION_PATH],
  queryFn: ({ signal }) => askServer<SessionAnswer>(SESSION_PATH, signal),
  staleTime: 5 * 60_000,
  retry: false,
});

export function useSession(): UseQueryResult<SessionAnswer, ServerRefusal> {
  return useQuery(sessionQuery);
}
