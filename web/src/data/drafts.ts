/**
 * What somebody has said or chosen and not sent: kept in the page's memory while they look at other screens, or log in again in
 * another window, and the browser asks before it throws it away.
 * Invariant: nothing of it is stored; a page that is loaded anew has none, nor has another person, nor another patient's screen
 * what was said of a patient.
 */
import { useEffect, useState } from "react";

interface Kept {
  readonly draft: unknown;
  /** Key of whom it is about; null: of no patient. */
  readonly patient: string | null;
}

const kept = new Map<string, Kept>();

addEventListener("beforeunload", (event) => {
  if (hasDrafts()) event.preventDefault();
});

export function hasDrafts(): boolean {
  return kept.size > 0;
}

/** Another person is logged in. */
export function forgetDrafts(): void {
  kept.clear();
}

/** Another patient is looked at: what was said of the one before goes. Drafts of no patient stay. */
export function useDraftsOf(patient: string | null): void {
  useEffect(() => {
    if (patient === null) return;
    for (const [name, { patient: about }] of kept) if (about !== null && about !== patient) kept.delete(name);
  }, [patient]);
}

export interface Draft<T> {
  readonly draft: T;
  keep(draft: T): void;
  /** Once it was sent, or given up. @param shown what the form shows then; default: empty */
  forget(shown?: T): void;
}

/**
 * @param name of what it is about
 * @param empty of plain values, as JSON has them: a draft that has become the same is none
 * @param patient key of whom it is about, if it is of a patient
 */
export function useDraft<T>(name: string, empty: T, patient: string | null = null): Draft<T> {
  const found = () => ({ name, draft: (kept.get(name)?.draft as T | undefined) ?? empty });
  const [state, setState] = useState(found);
  useDraftsOf(patient);
  return {
    draft: (state.name === name ? state : found()).draft,
    keep: (draft) => {
      if (JSON.stringify(draft) === JSON.stringify(empty)) kept.delete(name);
      else kept.set(name, { draft, patient });
      setState({ name, draft });
    },
    forget: (shown = empty) => {
      kept.delete(name);
      setState({ name, draft: shown });
    },
  };
}
