/**
 * What somebody has said and not sent: kept in the page's memory while they look at other screens, and the browser asks before
 * it throws it away.
 * Invariant: nothing of it is stored; a page that is loaded anew, as at every log-in, has none.
 */
import { useState } from "react";

const kept = new Map<string, unknown>();

addEventListener("beforeunload", (event) => {
  if (kept.size > 0) event.preventDefault();
});

/**
 * @param name of what it is about
 * @returns the draft, or `empty`; what replaces it; and what forgets it once it was sent
 */
export function useDraft<T>(
  name: string,
  empty: T,
): readonly [draft: T, keep: (draft: T) => void, forget: () => void] {
  const [draft, setDraft] = useState(() => (kept.get(name) as T | undefined) ?? empty);
  const keep = (next: T) => {
    kept.set(name, next);
    setDraft(next);
  };
  return [draft, keep, () => kept.delete(name)];
}
