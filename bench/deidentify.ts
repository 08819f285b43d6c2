/**
 * `npm run bench:deidentify`: how much of what identifies is found in marked notes, what is removed wrongly, and how
 * many megabytes a second one core reads.
 *
 *   npm run bench:deidentify -- [--json] [--set final] [--rules-only] [--mistakes] [--megabytes 4]
 *
 * Sets under test/cases/deid-notes: `tuning` and `earlier` (rules were tuned on them), `final` (they were not).
 */
import { join } from "node:path";
import { deidentifyText } from "../src/privacy/text/deidentify-text.ts";
import { benchOptions } from "./bench-options.ts";
import { type Counts, emptyCounts, type Mistakes, readMarkedNotes, score } from "./deid-score.ts";

const CASES = join(import.meta.dirname, "../test/cases/deid-notes");
const values = benchOptions(import.meta.filename, {
  json: { type: "boolean", default: false },
  set: { type: "string", default: "final" },
  "rules-only": { type: "boolean", default: false },
  mistakes: { type: "boolean", default: false },
  megabytes: { type: "string", default: "4" },
});

interface Share {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
  readonly method: "Wilson, 95 %";
}

/** Wilson score interval (Wilson 1927). */
function share(hits: number, n: number): Share {
  const z = 1.959964;
  const p = n === 0 ? 0 : hits / n;
  const centre = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n))) / (1 + (z * z) / n);
  return {
    value: p,
    low: Math.max(0, centre - half),
    high: Math.min(1, centre + half),
    n,
    method: "Wilson, 95 %",
  };
}

const options = { tagger: !values["rules-only"] };
const notes = readMarkedNotes(join(CASES, values.set));
const counts: Counts = emptyCounts();
const mistakes: Mistakes = { missed: [], partial: [], wrong: [], clinical: [] };
for (const note of notes) score(note, deidentifyText(note.text, options), counts, mistakes);

/** Megabytes of UTF-8 a second of processor time, over the notes again and again, each copy a little different. */
function throughput(megabytes: number): number {
  const copies: string[] = [];
  let bytes = 0;
  for (let i = 0; bytes < megabytes * 1e6; i++) {
    const note = notes[i % notes.length]!.text.replace(
      /\b(\d)(\d)\b/g,
      (_, a: string, b: string) => `${(Number(a) + i) % 10}${b}`,
    );
    copies.push(note);
    bytes += Buffer.byteLength(note);
  }
  for (const note of copies.slice(0, copies.length / 4)) deidentifyText(note, options);
  const before = process.cpuUsage();
  for (const note of copies) deidentifyText(note, options);
  const { user, system } = process.cpuUsage(before);
  return bytes / (user + system);
}

function byKind<T>(kinds: ReadonlyMap<string, T>, of: (one: T) => Share): Record<string, Share> {
  return Object.fromEntries([...kinds].sort().map(([kind, one]) => [kind, of(one)]));
}

function printed(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  if (!("low" in value))
    return Object.entries(value)
      .map(([kind, one]) => `\n  ${kind}: ${printed(one)}`)
      .join("");
  const { value: hits, low, high, n } = value as Share;
  return `${hits.toFixed(4)} (${low.toFixed(4)} to ${high.toFixed(4)}, n ${n})`;
}

const report = {
  set: values.set,
  notes: notes.length,
  recall: share(counts.foundAny, counts.marked),
  recallWhole: share(counts.foundWhole, counts.marked),
  recallExact: share(counts.foundExact, counts.marked),
  precision: share(counts.spansRight, counts.spans),
  namesRecall: share(counts.namesFound, counts.names),
  tokenRecall: share(counts.markedTokensFound, counts.markedTokens),
  tokenPrecision: share(counts.markedTokensFound, counts.foundTokens),
  clinicalTermsRemoved: share(counts.clinicalTermsRemoved, counts.clinicalTerms),
  recallByKind: byKind(counts.kinds, ({ marked, found }) => share(found, marked)),
  precisionByKind: byKind(counts.said, ({ spans, right }) => share(right, spans)),
  megabytesPerSecondACore: throughput(Number(values.megabytes)),
};
if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`);
else {
  for (const [name, value] of Object.entries(report)) process.stdout.write(`${name}: ${printed(value)}\n`);
}
if (values.mistakes) {
  for (const [kind, list] of Object.entries(mistakes))
    process.stderr.write(`\n${kind}\n${(list as string[]).join("\n")}\n`);
}
