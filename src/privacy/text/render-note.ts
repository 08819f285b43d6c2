/** Writes a note without its identifiers: marked by kind, blotted out, or replaced by surrogates. */
import type { PhiSpan } from "./phi-span.ts";
import { type SurrogateKey, surrogateFor } from "./surrogate.ts";

export const RENDERINGS = ["tag", "redact", "surrogate"] as const;
export type Rendering = (typeof RENDERINGS)[number];

/** @param key needed for surrogates only */
export function renderNote(
  text: string,
  spans: readonly PhiSpan[],
  rendering: Rendering,
  key?: SurrogateKey,
): string {
  let out = "";
  let at = 0;
  for (const span of spans) {
    const value = text.slice(span.start, span.end);
    out += text.slice(at, span.start);
    if (rendering === "tag") out += `[${span.kind.toUpperCase()}]`;
    else if (rendering === "redact") out += "███";
    else if (key === undefined) throw new TypeError("surrogates need a key");
    else out += surrogateFor(value, span, key);
    at = span.end;
  }
  return out + text.slice(at);
}

const HUES: Readonly<Record<string, number>> = {
  name: 350,
  location: 210,
  organization: 180,
  date: 45,
  age: 30,
  phone: 140,
  email: 120,
  id: 275,
  mrn: 290,
};

/** One text with what was found in it. */
export interface SpanPage {
  readonly place: string;
  readonly text: string;
  readonly spans: readonly PhiSpan[];
}

/** One self-contained page that shows what was found where. It contains the texts: keep it with the records. */
export function spansPage(pages: readonly SpanPage[]): string {
  const counts = new Map<string, number>();
  for (const { spans } of pages)
    for (const span of spans) counts.set(span.kind, (counts.get(span.kind) ?? 0) + 1);
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const rows = [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([kind, count]) => `<tr><td><mark style="background:${colourOf(kind)}">${kind}</mark><td>${count}`)
    .join("");
  const texts = pages
    .map(
      ({ place, text, spans }) =>
        `<h2>${escaped(place)}: ${spans.length}</h2><pre>${marked(text, spans)}</pre>`,
    )
    .join("\n");
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Identifiers found</title>
<style>body{font:16px/1.6 system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}pre{white-space:pre-wrap;font:inherit}mark{border-radius:3px;padding:0 2px;color:#111}sub{font-size:.65em;margin-left:3px}td{padding:0 1rem 0 0}h2{font-size:1rem;border-top:1px solid #ccc;padding-top:1rem}</style>
<h1>Identifiers found: ${total}</h1><p>This page shows the texts themselves. Keep it where the records are.</p>
<table><tr><th>kind<th>count${rows}</table>
${texts}</html>
`;
}

function colourOf(kind: string): string {
  return `hsl(${HUES[kind] ?? 275} 85% 86%)`;
}

function marked(text: string, spans: readonly PhiSpan[]): string {
  let body = "";
  let at = 0;
  for (const span of spans) {
    body += `${escaped(text.slice(at, span.start))}<mark style="background:${colourOf(span.kind)}" title="${span.kind}, ${span.rule}, ${span.confidence.toFixed(2)}">${escaped(text.slice(span.start, span.end))}<sub>${span.kind}</sub></mark>`;
    at = span.end;
  }
  return body + escaped(text.slice(at));
}

function escaped(text: string): string {
  return text.replace(
    /[&<>"]/g,
    (char) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[char]!,
  );
}
