/**
 * `npm run bench:retrieval`: how well published passages are found for questions in wordings of their own. Every subject
 * and kind of the corpus is asked once, in a wording drawn for it; found means that a passage of that subject and kind is
 * among the first five. Abstention: a tenth of the subjects is left out of the index and asked about, and questions
 * that are no business of a medical corpus are asked.
 *
 *   npm run bench:retrieval -- --passages FILE [--wordings held-out|development] [--most N] [--json]
 *
 * FILE is NDJSON (or gzip) in the shape of MedQuAD: id, source, url, focus, type, answer.
 */
import { parseArgs } from "node:util";
import { type Passage, readPassages } from "../src/assistant/retrieval/passage.ts";
import { PassageIndex } from "../src/assistant/retrieval/passage-index.ts";
import { stemsOf } from "../src/assistant/words.ts";
import { createRandom } from "../src/effects/random.ts";
import { wilson } from "../src/privacy/proof/wilson.ts";
import { FOREIGN_QUESTIONS, WORDINGS } from "./wordings.table.ts";

const { values } = parseArgs({
  options: {
    passages: { type: "string" },
    wordings: { type: "string", default: "held-out" },
    most: { type: "string", default: "1000000" },
    seed: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
    misses: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help || values.passages === undefined || !(values.wordings in WORDINGS)) {
  console.log(
    "npm run bench:retrieval -- --passages FILE [--wordings held-out|development] [--most N] [--json]",
  );
  process.exit(values.help ? 0 : 2);
}
const wordings = WORDINGS[values.wordings as keyof typeof WORDINGS];
const random = createRandom(values.seed);

const { passages } = await readPassages(values.passages);
const begun = performance.now();
const index = new PassageIndex(passages);
const indexSeconds = (performance.now() - begun) / 1000;

const asked = random
  .fork("order")
  .shuffle([...new Map(passages.map((one) => [keyOf(one), one])).values()])
  .slice(0, Number(values.most));
const draw = random.fork("wording");
const byKind = new Map<string, { found: number; n: number }>();
const times: number[] = [];
let found = 0;
let silent = 0;
for (const passage of asked) {
  const question = worded(passage);
  const start = performance.now();
  const first = index.find(question, 5);
  times.push(performance.now() - start);
  const hit = first.some((one) => keyOf(one.passage) === keyOf(passage));
  const row = byKind.get(passage.kind) ?? { found: 0, n: 0 };
  byKind.set(passage.kind, { found: row.found + (hit ? 1 : 0), n: row.n + 1 });
  found += hit ? 1 : 0;
  silent += first.length === 0 ? 1 : 0;
  if (values.misses && !hit)
    console.log(
      `${passage.title} | ${passage.kind} | ${question} -> ${first.map((one) => `${one.passage.title}/${one.passage.kind}`).join("; ")}`,
    );
}

const subjects = random.fork("left-out").shuffle([...new Set(passages.map(titleOf))]);
const leftOut = new Set(subjects.slice(0, Math.ceil(subjects.length / 10)));
const without = new PassageIndex(passages.filter((one) => !leftOut.has(titleOf(one))));
const unanswerable = asked.filter((one) => leftOut.has(titleOf(one)));
const quiet = unanswerable.filter((one) => without.find(worded(one)).length === 0).length;
const foreignQuiet = FOREIGN_QUESTIONS.filter((question) => index.find(question).length === 0).length;

times.sort((a, b) => a - b);
const result = {
  schema: "longitude.retrieval-bench/1",
  wordings: values.wordings,
  passages: passages.length,
  subjects: index.size,
  indexSeconds,
  milliseconds: { median: times[times.length >> 1], p99: times[Math.floor(times.length * 0.99)] },
  recallInFive: wilson(found, asked.length),
  byKind: Object.fromEntries([...byKind].map(([kind, row]) => [kind, wilson(row.found, row.n)])),
  silentThoughAnswerable: wilson(silent, asked.length),
  abstention: {
    subjectsLeftOut: wilson(quiet, unanswerable.length),
    otherTopics: wilson(foreignQuiet, FOREIGN_QUESTIONS.length),
  },
};
if (values.json) console.log(JSON.stringify(result, null, 2));
else {
  const show = ({ value, low, high, n }: ReturnType<typeof wilson>) =>
    `${value.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)}, n ${n})`;
  console.log(`${passages.length} passages, ${index.size} subjects, index ${indexSeconds.toFixed(2)} s`);
  console.log(`recall in the first five: ${show(result.recallInFive)}`);
  for (const [kind, row] of Object.entries(result.byKind)) console.log(`  ${kind.padEnd(18)} ${show(row)}`);
  console.log(`silent though answerable: ${show(result.silentThoughAnswerable)}`);
  console.log(`silent where the subject is left out: ${show(result.abstention.subjectsLeftOut)}`);
  console.log(`silent on other topics: ${show(result.abstention.otherTopics)}`);
  console.log(
    `a search: ${result.milliseconds.median?.toFixed(1)} ms, 99th percentile ${result.milliseconds.p99?.toFixed(1)} ms`,
  );
}

function worded({ title, kind }: Passage): string {
  const list = wordings[kind] ?? wordings.information ?? [];
  const text = (list[draw.integer(list.length)] as string).replace("X", title);
  return draw.next() < 0.5 ? text.toLowerCase() : text;
}

function titleOf({ title }: Passage): string {
  return [...new Set(stemsOf(title))].sort().join(" ");
}

function keyOf(passage: Passage): string {
  return `${titleOf(passage)}\0${passage.kind}`;
}
