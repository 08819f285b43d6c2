/**
 * Builds src/privacy/text/data/lexicon.gz, the names, places and words that the de-identifier knows.
 *
 *   npx tsx tools/build-deid-lexicon.ts SOURCES CLINICAL
 *
 * SOURCES: folder with the plain lists named in src/privacy/text/data/README.md. CLINICAL: folder with
 * icd10cm/codes.csv.gz, medquad/answers.ndjson.gz and mts-dialog/*.csv.gz. The same inputs give the same bytes.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { type LexiconField, packWord } from "../src/privacy/text/lexicon-bits.ts";

const OUT = join(import.meta.dirname, "../src/privacy/text/data/lexicon.gz");
const ENGLISH_LEVEL: Readonly<Record<string, number>> = {
  "10": 7,
  "20": 6,
  "35": 5,
  "40": 4,
  "50": 3,
  "55": 2,
  "60": 2,
  "70": 1,
};
const [sources, clinical] = process.argv.slice(2);
if (sources === undefined || clinical === undefined)
  throw new TypeError("usage: build-deid-lexicon SOURCES CLINICAL");

const words = new Map<string, Partial<Record<LexiconField, number>>>();
const phrases = new Map<string, number>();

function raise(word: string, name: LexiconField, level: number): void {
  const levels = words.get(word) ?? {};
  levels[name] = Math.max(levels[name] ?? 0, level);
  words.set(word, levels);
}

function lines(file: string): string[] {
  return readFileSync(join(sources as string, file), "utf8")
    .split("\n")
    .filter((line) => line !== "");
}

function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[’ʻ`]/g, "'").toLowerCase();
}

for (const line of lines("ssa-given-names.tsv")) {
  const [name, sex, count] = line.split("\t") as [string, string, string];
  const births = Number(count);
  if (births < 100 || name.length < 2) continue;
  const word = plain(name);
  raise(word, "given", births >= 100_000 ? 3 : births >= 5_000 ? 2 : 1);
  if (births >= 500) raise(word, sex === "M" ? "male" : "female", 1);
}
for (const sex of ["male", "female"] as const) {
  for (const name of lines(`census-1990-${sex}.txt`)) {
    raise(plain(name), "given", 1);
    raise(plain(name), sex, 1);
  }
}
for (const [rank, name] of lines("census-1990-surnames.txt").entries()) {
  raise(plain(name), "surname", rank < 1_000 ? 3 : rank < 10_000 ? 2 : 1);
}
function place(name: string, level: number): void {
  const word = plain(name)
    .replace(/\s*\(.*$/, "")
    .trim();
  if (!/^[a-z][a-z.' -]+$/.test(word) || word.length < 3) return;
  if (/[ -]/.test(word)) phrases.set(word.replace(/[ -]+/g, " "), Math.max(level, phrases.get(word) ?? 0));
  else raise(word, "place", level);
}
for (const line of lines("geonames-cities.tsv")) {
  const [name, , population] = line.split("\t") as [string, string, string];
  place(name, Number(population) >= 100_000 ? 3 : Number(population) >= 10_000 ? 2 : 1);
}
for (const line of lines("us-postal-cities.tsv")) place(line.split("\t")[0] as string, 1);
for (const [size, level] of Object.entries(ENGLISH_LEVEL)) {
  for (const list of ["english", "american"]) {
    for (const word of lines(`${list}-words.${size}`)) {
      if (/^[a-z]+$/.test(word)) raise(word, "english", level);
    }
  }
}

const counts = new Map<string, number>();
for (const file of ["icd10cm/codes.csv.gz", "medquad/answers.ndjson.gz", "mts-dialog/TrainingSet.csv.gz"]) {
  const text = gunzipSync(readFileSync(join(clinical, file))).toString("utf8");
  for (const [word] of text.matchAll(/\b[a-z]{3,}\b/g)) counts.set(word, (counts.get(word) ?? 0) + 1);
}
for (const [word, count] of counts) {
  if (count >= 3) raise(word, "clinical", count >= 300 ? 3 : count >= 30 ? 2 : 1);
}

const byName = <T>(a: [string, T], b: [string, T]): number => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0);
const rows = [...words].sort(byName).map(([word, levels]) => `${word} ${packWord(levels).toString(36)}`);
const places = [...phrases].sort(byName).map(([words_, level]) => `${words_} ${level}`);
const packed = gzipSync(`${rows.join("\n")}\n\n${places.join("\n")}\n`, { level: 9 });
packed[9] = 255; // operating system: unknown, so that the bytes do not depend on the machine
writeFileSync(OUT, packed);
process.stdout.write(
  `${rows.length} words, ${places.length} places of several words, ${packed.length} bytes\n`,
);
