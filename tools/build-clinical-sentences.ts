/**
 * Builds tools/tagger/data/sentences.txt.gz: sentences of real clinical text that name nobody, for the tagger's training.
 *
 *   npx tsx tools/build-clinical-sentences.ts CLINICAL
 *
 * CLINICAL: folder with mts-dialog/TrainingSet.csv.gz and medquad/answers.ndjson.gz (see data/README.md there). A sentence
 * in which the de-identifier finds anything is left out. The same inputs give the same bytes.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { createRandom } from "../src/effects/random.ts";
import { deidentifyText } from "../src/privacy/text/deidentify-text.ts";
import { rewriteNotes } from "../src/privacy/text/note-file.ts";

const OUT = join(import.meta.dirname, "tagger/data/sentences.txt.gz");
const [clinical] = process.argv.slice(2);
if (clinical === undefined) throw new TypeError("usage: build-clinical-sentences CLINICAL");

const unpacked = (file: string): string => gunzipSync(readFileSync(join(clinical, file))).toString("utf8");
const sentences = new Set<string>();

function take(text: string): void {
  for (const line of text.split("\n"))
    for (const sentence of line.split(/(?<=[.?!]) +(?=[A-Z])/)) {
      const trimmed = sentence.trim();
      if (
        trimmed.length >= 25 &&
        trimmed.length <= 320 &&
        !/\b(?:Dr|Mr|Ms|Mrs)\.?$/.test(trimmed) &&
        deidentifyText(trimmed, { everyAge: false }).length === 0
      )
        sentences.add(trimmed);
    }
}

rewriteNotes(
  unpacked("mts-dialog/TrainingSet.csv.gz"),
  "csv",
  { text: ["section_text", "dialogue"] },
  (text) => {
    take(text);
    return text;
  },
);
const fromNotes = sentences.size;
const medquad = readdirSync(join(clinical, "medquad")).find((file) => file.endsWith(".gz"))!;
const random = createRandom("medquad");
const answers = unpacked(`medquad/${medquad}`).split("\n").filter(Boolean);
for (const line of random.shuffle(answers).slice(0, 3000)) {
  const { answer = "" } = JSON.parse(line) as { answer?: string };
  take(answer.slice(0, 1500));
}
const list = [...sentences];
const kept = [...list.slice(0, fromNotes), ...random.shuffle(list.slice(fromNotes)).slice(0, 8000)];
writeFileSync(OUT, gzipSync(`${kept.join("\n")}\n`, { level: 9 }));
process.stdout.write(`${kept.length} sentences, ${fromNotes} from notes and dialogues\n`);
