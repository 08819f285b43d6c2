/**
 * Names, places and words, from public lists (data/README.md), read once a process.
 * Invariant: looked up by the lower-case word without accents; a word that no list knows has no bits.
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { levelOf } from "./lexicon-bits.ts";

const FILE = new URL("./data/lexicon.gz", import.meta.url);

export type NameSort = "male" | "female" | "surname";

export class Lexicon {
  private constructor(
    private readonly words: ReadonlyMap<string, number>,
    /** First word of a place's name of several words to the words of the full names, longest first. */
    private readonly phrases: ReadonlyMap<string, readonly (readonly string[])[]>,
  ) {}

  static read(): Lexicon {
    const [wordPart = "", phrasePart = ""] = gunzipSync(readFileSync(FILE)).toString("utf8").split("\n\n");
    const words = new Map<string, number>();
    for (const line of wordPart.split("\n")) {
      const space = line.indexOf(" ");
      words.set(line.slice(0, space), Number.parseInt(line.slice(space + 1), 36));
    }
    const phrases = new Map<string, string[][]>();
    for (const line of phrasePart.split("\n")) {
      const phrase = line.slice(0, line.lastIndexOf(" "));
      const first = phrase.slice(0, phrase.indexOf(" "));
      if (first === "") continue;
      const list = phrases.get(first);
      const words = phrase.split(" ");
      if (list === undefined) phrases.set(first, [words]);
      else list.push(words);
    }
    for (const list of phrases.values()) list.sort((a, b) => b.join(" ").length - a.join(" ").length);
    return new Lexicon(words, phrases);
  }

  /** Packed levels (lexicon-bits.ts); 0 for a word that no list knows. */
  bits(lower: string): number {
    return this.words.get(lower) ?? 0;
  }

  private readonly names = new Map<string, readonly string[]>();

  /** The commonest names of a sort that are no words of English or medicine, in a fixed order. */
  commonNames(sort: NameSort): readonly string[] {
    let list = this.names.get(sort);
    if (list === undefined) {
      const found: string[] = [];
      for (const [word, bits] of this.words) {
        const plain = levelOf(bits, "english") === 0 && levelOf(bits, "clinical") === 0;
        const common =
          levelOf(bits, sort === "surname" ? "surname" : "given") === (sort === "surname" ? 2 : 3);
        const other = sort === "male" ? "female" : "male";
        if (
          plain &&
          common &&
          (sort === "surname" || (levelOf(bits, sort) > 0 && levelOf(bits, other) === 0))
        )
          found.push(word);
      }
      // A given name that both sexes bear is left out; should that leave nobody, any common one will do.
      list =
        found.length > 20
          ? found
          : [...this.words]
              .filter(
                ([, bits]) =>
                  levelOf(bits, "given") === 3 && levelOf(bits, sort === "male" ? "male" : "female") > 0,
              )
              .map(([word]) => word);
      this.names.set(sort, list);
    }
    return list;
  }

  private towns: readonly string[] | undefined;

  /** Towns of one word that is no other word, in a fixed order. */
  townNames(): readonly string[] {
    this.towns ??= [...this.words]
      .filter(
        ([word, bits]) => levelOf(bits, "place") > 1 && levelOf(bits, "english") === 0 && word.length > 4,
      )
      .map(([word]) => word);
    return this.towns;
  }

  entries(): IterableIterator<[string, number]> {
    return this.words.entries();
  }

  /** Names of places of several words. */
  *places(): Generator<string> {
    for (const list of this.phrases.values()) for (const words of list) yield words.join(" ");
  }

  placesStartingWith(lower: string): readonly (readonly string[])[] {
    return this.phrases.get(lower) ?? NO_PLACES;
  }
}

const NO_PLACES: readonly (readonly string[])[] = [];

let shared: Lexicon | undefined;

/** The lexicon of this process. */
export function lexicon(): Lexicon {
  shared ??= Lexicon.read();
  return shared;
}
