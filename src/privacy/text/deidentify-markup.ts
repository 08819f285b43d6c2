/**
 * Finds identifiers in XHTML and XML (FHIR narratives): tags are read as blanks and line ends, entities as their letters.
 * Invariant: offsets are those of the marked-up text, and a span never covers a tag.
 */
import { ENTITY, entityText } from "../../ingest/fhir/html-entity.ts";
import { type DeidentifyOptions, deidentifyText } from "./deidentify-text.ts";
import type { PhiSpan } from "./phi-span.ts";

/** What stands in comments and CDATA sections is read like other text: only their marks are tags. */
const TAG = new RegExp(`<!\\[CDATA\\[|\\]\\]>|<!--|-->|<[^<>]{0,2000}>|${ENTITY.source}`, "g");
const BLOCK = /^<\/?(?:p|div|br|tr|li|ul|ol|table|tbody|thead|h\d|td|th|section|caption)\b/i;

export function isMarkup(text: string): boolean {
  return /^\s*<(?:\?xml|!DOCTYPE|div|html|p|span|table|ClinicalDocument)\b/i.test(text);
}

export function deidentifyMarkup(text: string, options: DeidentifyOptions = {}): PhiSpan[] {
  const tags: { start: number; end: number }[] = [];
  /** Where each character of the plain text begins and ends in the marked-up one. */
  const [starts, ends]: [number[], number[]] = [[], []];
  let plain = "";
  const put = (read: string, start: number, end: number): void => {
    plain += read;
    for (let i = 0; i < read.length; i++) {
      starts.push(start);
      ends.push(end);
    }
  };
  let at = 0;
  for (const match of text.matchAll(TAG)) {
    for (; at < match.index; at++) put(text[at]!, at, at + 1);
    at = match.index + match[0].length;
    if (match[1] !== undefined) put(entityText(match[1]) ?? " ", match.index, at);
    else {
      tags.push({ start: match.index, end: at });
      put(BLOCK.test(match[0]) ? "\n" : " ", match.index, at);
    }
  }
  for (; at < text.length; at++) put(text[at]!, at, at + 1);
  const spans = deidentifyText(plain, options);
  return withoutTags(
    spans.map((span) => ({ ...span, start: starts[span.start]!, end: ends[span.end - 1]! })),
    tags,
  );
}

/** Parts of the spans between tags, without the blanks at their ends. */
function withoutTags(spans: readonly PhiSpan[], tags: readonly { start: number; end: number }[]): PhiSpan[] {
  const parts: PhiSpan[] = [];
  let at = 0;
  for (const span of spans) {
    let from = span.start;
    while (at < tags.length && tags[at]!.end <= span.start) at += 1;
    for (let i = at; i < tags.length && tags[i]!.start < span.end; i++) {
      if (tags[i]!.start > from) parts.push({ ...span, start: from, end: tags[i]!.start });
      from = Math.max(from, tags[i]!.end);
    }
    if (span.end > from) parts.push({ ...span, start: from });
  }
  return parts;
}
