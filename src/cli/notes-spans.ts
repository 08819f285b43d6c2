/** `longitude deidentify notes --json`: the spans of one file as one JSON object. */
import type { DecodedText } from "../privacy/text/decode-text.ts";
import type { PhiSpan } from "../privacy/text/phi-span.ts";

export const OFFSETS = ["code-points", "utf-16"] as const;
export type Offsets = (typeof OFFSETS)[number];

/** One text of a file, where it stands in it, and what was found. */
export interface FoundSpans {
  readonly place: string;
  readonly text: string;
  readonly spans: readonly PhiSpan[];
}

export interface SpansFile {
  readonly schema: "longitude.note-spans/1";
  readonly file: string;
  readonly format: string;
  readonly encoding: string;
  readonly brokenBytes: number;
  /** What `start` and `end` count, from the first character of the text (a byte order mark is none). */
  readonly offsets: Offsets;
  readonly notes: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly texts: readonly {
    readonly place: string;
    readonly spans: readonly {
      readonly start: number;
      readonly end: number;
      readonly type: string;
      readonly rule: string;
      readonly confidence: number;
    }[];
  }[];
}

export function spansFile(
  file: string,
  format: string,
  { encoding, broken }: DecodedText,
  found: readonly FoundSpans[],
  offsets: Offsets,
): SpansFile {
  return {
    schema: "longitude.note-spans/1",
    file,
    format,
    encoding,
    brokenBytes: broken,
    offsets,
    notes: found.length,
    counts: countsOf(found),
    texts: found.map(({ place, text, spans }) => ({
      place,
      spans: (offsets === "utf-16" ? spans : inCodePoints(text, spans)).map(
        ({ start, end, kind, rule, confidence }) => ({
          start,
          end,
          type: kind,
          rule,
          confidence: Math.round(confidence * 1000) / 1000,
        }),
      ),
    })),
  };
}

export function countsOf(found: readonly { spans: readonly PhiSpan[] }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { spans } of found) for (const span of spans) counts[span.kind] = (counts[span.kind] ?? 0) + 1;
  return counts;
}

/** Offsets of a language that counts characters outside of the basic plane once. Spans are in order. */
export function inCodePoints(text: string, spans: readonly PhiSpan[]): PhiSpan[] {
  let [at, pairs] = [0, 0];
  const counted = (offset: number): number => {
    for (; at < offset; at++) {
      const code = text.charCodeAt(at);
      if (code >= 0xdc00 && code <= 0xdfff && at > 0 && isHigh(text.charCodeAt(at - 1))) pairs += 1;
    }
    return offset - pairs;
  };
  return spans.map((span) => {
    const start = counted(span.start);
    return { ...span, start, end: counted(span.end) };
  });
}

const isHigh = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;
