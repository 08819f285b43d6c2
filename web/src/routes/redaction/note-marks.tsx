/**
 * A text whose marks are confirmed or rejected, and whose words are added as missed, by keyboard: arrows go from word to word,
 * n and p from mark to mark, a accepts, r rejects, m adds, u takes the last step back. The keys work inside the text alone.
 */
import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import english from "../../../languages/en/redaction.json";
import { useTexts } from "../../language/texts.ts";

interface FoundMarks {
  /** Runs of words that were added: each is one identifier. */
  readonly missed: number;
  /** Marks that were rejected. */
  readonly wrong: number;
}

type Said = "accepted" | "rejected" | "missed";
type Decisions = ReadonlyMap<number, Said>;
/** What was said of parts of a text, by their place in it: nothing of the text itself. */
export type MarkSteps = readonly (readonly (readonly [part: number, said: Said])[])[];

export const NO_STEPS: MarkSteps = [];

interface Part {
  readonly text: string;
  readonly kind: "space" | "mark" | "word";
}

interface NoteMarksProps {
  readonly text: string;
  /** The newest last: each can be taken back. */
  readonly steps: MarkSteps;
  changed(steps: MarkSteps): void;
}

export function NoteMarks({ text, steps, changed }: NoteMarksProps) {
  const t = useTexts("redaction", english);
  const parts = useMemo(() => partsOf(text), [text]);
  const stops = useMemo(() => parts.flatMap(({ kind }, i) => (kind === "space" ? [] : [i])), [parts]);
  const [at, setAt] = useState(stops[0] ?? 0);
  const place = useRef<HTMLDivElement>(null);
  const said: Decisions = useMemo(() => new Map(steps.at(-1)), [steps]);
  const found = foundIn(parts, said);
  const go = (to: number | undefined) => {
    if (to === undefined) return;
    setAt(to);
    place.current?.querySelector<HTMLElement>(`[data-part="${to}"]`)?.focus();
  };
  const say = (part: number, what: Said) => {
    const isMark = parts[part]?.kind === "mark";
    if (isMark === (what === "missed")) return;
    const next = new Map(said);
    if (said.get(part) === what) next.delete(part);
    else next.set(part, what);
    changed([...steps, [...next]]);
  };
  const marks = stops.filter((i) => parts[i]?.kind === "mark");
  const keys = new Map<string, () => void>([
    ["ArrowRight", () => go(stops.find((i) => i > at))],
    ["ArrowLeft", () => go(stops.findLast((i) => i < at))],
    ["n", () => go(marks.find((i) => i > at))],
    ["p", () => go(marks.findLast((i) => i < at))],
    [
      "a",
      () => {
        say(at, "accepted");
        go(marks.find((i) => i > at));
      },
    ],
    ["r", () => say(at, "rejected")],
    ["m", () => say(at, "missed")],
    ["u", () => steps.length > 0 && changed(steps.slice(0, -1))],
  ]);
  const press = (event: KeyboardEvent) => {
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys.get(event.key);
    if (act === undefined) return;
    event.preventDefault();
    act();
  };
  return (
    <>
      <p className="small soft" id="mark-keys">
        {t("markKeys")}
      </p>
      {/* biome-ignore lint/a11y/useSemanticElements: words of a text, not fields of a form */}
      <div
        ref={place}
        role="group"
        aria-label={t("text")}
        aria-describedby="mark-keys"
        className="note-text"
        onKeyDown={press}
      >
        {parts.map((part, i) => {
          if (part.kind === "space") return part.text;
          const own = said.get(i);
          return (
            <button
              // biome-ignore lint/suspicious/noArrayIndexKey: parts of a text that never changes
              key={i}
              type="button"
              data-part={i}
              tabIndex={i === at ? 0 : -1}
              className={`part ${part.kind} ${own ?? ""}`}
              aria-label={
                own === undefined
                  ? part.text
                  : t("partSaid", { part: part.text, said: t(own === "missed" ? "added" : own) })
              }
              onFocus={() => setAt(i)}
              onClick={() => say(i, part.kind === "mark" ? "rejected" : "missed")}
            >
              {part.text}
              {own !== undefined && <span aria-hidden="true">{SIGNS[own]}</span>}
            </button>
          );
        })}
      </div>
      <p role="status" className="small">
        {t("soFar", { marks: marks.length, wrong: found.wrong, missed: found.missed })}
      </p>
    </>
  );
}

const SIGNS: Readonly<Record<Said, string>> = { accepted: "✓", rejected: "✗", missed: "+" };

function partsOf(text: string): Part[] {
  return text
    .split(/(\[[A-Z]{2,12}\]|███|\s+)/)
    .filter((part) => part !== "")
    .map((part) => ({
      text: part,
      kind: /^\s+$/.test(part) ? "space" : /^(\[[A-Z]{2,12}\]|███)$/.test(part) ? "mark" : "word",
    }));
}

/** What the steps so far come to. */
export function foundMarks(text: string, steps: MarkSteps): FoundMarks {
  return foundIn(partsOf(text), new Map(steps.at(-1)));
}

function foundIn(parts: readonly Part[], said: Decisions): FoundMarks {
  let [missed, wrong, inside] = [0, 0, false];
  for (const [i, { kind }] of parts.entries()) {
    if (kind === "space") continue;
    const own = said.get(i);
    if (own === "rejected") wrong++;
    if (own === "missed" && !inside) missed++;
    inside = own === "missed";
  }
  return { missed, wrong };
}
