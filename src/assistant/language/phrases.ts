/**
 * The sentences that the assistant composes, by reader and language: each a template in `phrases/LANGUAGE-READER.json`.
 * Names of conditions and measurements are worded by `phrases/LANGUAGE-names.json`.
 * Invariant: a language has every phrase of English with the same blanks (checked when it is read); what fills a blank
 * comes from a tool.
 */
import { readFileSync } from "node:fs";
import type { Language, Register } from "../answer.ts";

export type Say = (phrase: string, blanks?: Readonly<Record<string, string | number>>) => string;

const read = new Map<string, ReadonlyMap<string, string>>();
const named = new Map<Language, (text: string) => string>();

/** Clinicians read English; patients any `Language`. */
export function phrasesFor(register: Register, language: Language): Say {
  const name = register === "patient" ? `${language}-patient` : "en-clinician";
  const phrases = read.get(name) ?? phrasesOf(name);
  read.set(name, phrases);
  const worded = register === "patient" ? namesIn(language) : (text: string) => text;
  return (phrase, blanks = {}) => {
    const template = phrases.get(phrase);
    if (template === undefined) throw new TypeError(`no phrase ${phrase}`);
    return capitalised(
      template.replace(/\{(\w+)\}/g, (_, blank: string) => {
        const value = blanks[blank];
        if (value === undefined) throw new TypeError(`${phrase} lacks ${blank}`);
        return worded(String(value));
      }),
    );
  };
}

/** What a blank is filled with, by the names that a language has for it (`phrases/LANGUAGE-names.json`). */
function namesIn(language: Language): (text: string) => string {
  if (language === "en") return (text) => text;
  const names = named.get(language) ?? wordedNames(language);
  named.set(language, names);
  return names;
}

function wordedNames(language: Language): (text: string) => string {
  const names = new Map([...jsonOf(`${language}-names`)].map(([name, own]) => [name.toLowerCase(), own]));
  const longestFirst = [...names.keys()].sort((a, b) => b.length - a.length);
  const any = longestFirst.map((name) => name.replace(/[()]/g, "\\$&")).join("|");
  const pattern = new RegExp(`(?<![\\p{L}\\d])(?:${any})(?![\\p{L}\\d])`, "giu");
  return (text) => text.replace(pattern, (name) => names.get(name.toLowerCase()) ?? name);
}

/** @throws TypeError when a phrase for patients is missing, or one has other blanks than in English */
function phrasesOf(name: string): ReadonlyMap<string, string> {
  const phrases = jsonOf(name);
  for (const [phrase, template] of jsonOf("en-patient")) {
    const own = phrases.get(phrase);
    if (own === undefined ? name.endsWith("-patient") : blanksOf(own) !== blanksOf(template))
      throw new TypeError(`${name}: ${phrase} is missing or has other blanks`);
  }
  return phrases;
}

function jsonOf(name: string): ReadonlyMap<string, string> {
  const file = new URL(`phrases/${name}.json`, import.meta.url);
  return new Map(Object.entries(JSON.parse(readFileSync(file, "utf8")) as Record<string, string>));
}

function blanksOf(template: string): string {
  return [...new Set(template.match(/\{\w+\}/g) ?? [])].sort().join();
}

function capitalised(text: string): string {
  return /^[\s\d]/.test(text) ? text : text.slice(0, 1).toUpperCase() + text.slice(1);
}
