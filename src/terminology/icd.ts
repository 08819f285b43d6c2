/** ICD-10-CM's codes and chapters, and what ICD-9-CM's codes are called there. Read at first use. */
import { readFileSync } from "node:fs";
import { brotliDecompressSync } from "node:zlib";

const read = (name: string): string[] =>
  brotliDecompressSync(readFileSync(new URL(`./data/${name}`, import.meta.url)))
    .toString("utf8")
    .trimEnd()
    .split("\n");

let descriptions: ReadonlyMap<string, string> | undefined;

/** @param code without its system, `E11.9`; undefined = ICD-10-CM does not have it */
export function icd10cmDescription(code: string): string | undefined {
  descriptions ??= new Map(read("icd10cm.tsv.br").map((line) => line.split("\t") as [string, string]));
  return descriptions.get(code);
}

export interface Icd10cmTargets {
  readonly codes: readonly string[];
  /** Only all of them together say the same; else each of them may. */
  readonly combination: boolean;
}

let equivalents: ReadonlyMap<string, Icd10cmTargets> | undefined;

/** @param code of ICD-9-CM without its system, `250.00` */
export function icd10cmOf(code: string): Icd10cmTargets | undefined {
  equivalents ??= new Map(
    read("icd9cm-to-icd10cm.tsv.br").map((line) => {
      const [from, targets] = line.split("\t") as [string, string];
      const combination = targets.startsWith("+");
      return [from, { codes: targets.replace(/^\+/, "").split(" "), combination }] as const;
    }),
  );
  return equivalents.get(code);
}

/** First and last category of each chapter of ICD-10-CM. */
const CHAPTERS = (
  "A00-B99 C00-D49 D50-D89 E00-E89 F01-F99 G00-G99 H00-H59 H60-H95 I00-I99 J00-J99 K00-K95 L00-L99 M00-M99 N00-N99 " +
  "O00-O9A P00-P96 Q00-Q99 R00-R99 S00-T88 U00-U85 V00-Y99 Z00-Z99"
).split(" ");

/** The chapter that a three-character category belongs to, `E11` → `E00-E89`. */
export function icd10cmChapter(category: string): string | undefined {
  return CHAPTERS.find((chapter) => {
    const [first, last] = chapter.split("-") as [string, string];
    return category >= first && category <= last;
  });
}
