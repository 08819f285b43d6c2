/** A word that says how something stands: a mark and the word, so that colour only repeats what is written. */
import type { ReactNode } from "react";

export type Tone = "good" | "bad" | "neutral";
const MARKS: Readonly<Record<Tone, string>> = { good: "✓", bad: "✕", neutral: "○" };

export function Tag({ tone = "neutral", children }: { readonly tone?: Tone; readonly children: ReactNode }) {
  return (
    <span className={`tag ${tone}`}>
      <span aria-hidden="true">{MARKS[tone]}</span>
      {children}
    </span>
  );
}
