/** What the screens ask, kept for a minute and asked again on request; never under the reader's cursor by itself. */
import {
  MutationCache,
  QueryCache,
  QueryClient,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { askServer, ServerRefusal, tellServer } from "./ask-server.ts";
import { SESSION_PATH, sessionQuery } from "./session.ts";

/** A session that has ended is asked after, so that the whole page says so and nothing of anybody stays on it. */
function noticeEnd(error: Error): void {
  const open = queryClient.getQueryState([SESSION_PATH])?.status === "success";
  if (open && error instanceof ServerRefusal && error.refusal.status === 401)
    void queryClient.invalidateQueries({ queryKey: [SESSION_PATH] });
}

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, { queryKey: [asked] }) => asked !== SESSION_PATH && noticeEnd(error),
  }),
  mutationCache: new MutationCache({ onError: noticeEnd }),
  defaultOptions: {
    queries: {
      staleTime: 60_000,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      // A refusal stays one; only a server that does not answer is asked once more.
      retry: (failures, error) =>
        failures < 1 && error instanceof ServerRefusal && error.refusal.status === 0,
    },
  },
});

/** Asks what a screen will ask, before the screen is there to ask it. */
export function askAhead(path: string): void {
  void queryClient.prefetchQuery({
    queryKey: [path],
    queryFn: ({ signal }) => askServer(path, signal),
  });
}

/**
 * @param path of a JSON route; null asks nothing yet
 * @param follow ms between two askings of what changes by itself, as a run under way does, while the page is visible; null: it
 * does not. Whoever has gone away is logged out as everywhere.
 */
export function useAsked<T>(
  path: string | null,
  follow: (data: T) => number | null = () => null,
): UseQueryResult<T, ServerRefusal> {
  return useQuery<T, ServerRefusal>({
    queryKey: [path],
    queryFn: ({ signal }) => askServer<T>(path as string, signal),
    enabled: path !== null,
    refetchInterval: ({ state: { data, error } }) =>
      (data === undefined || error?.refusal.status === 401 ? null : follow(data)) ?? false,
    refetchIntervalInBackground: false,
  });
}

/** Sends a change; afterwards everything whose path begins with one of `refreshes` is asked again. */
export function useTell<Body extends object, T = unknown>(path: string, refreshes: readonly string[] = []) {
  const client = useQueryClient();
  return useMutation<T, ServerRefusal, Body>({
    // A screen may tell something as it opens, before it is known who is logged in.
    mutationFn: async (body) => tellServer<T>(path, body, (await client.ensureQueryData(sessionQuery)).csrf),
    onSuccess: () =>
      client.invalidateQueries({
        predicate: ({ queryKey: [asked] }) =>
          typeof asked === "string" && refreshes.some((start) => asked.startsWith(start)),
      }),
  });
}
