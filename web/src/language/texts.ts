/**
 * Words of the interface from translation files: `languages/<language>/<area>.json`. English is bundled with the screen that
 * uses it, and stands in for what another language lacks; other languages are fetched when they are chosen.
 * `{name}` is replaced by a value; with `count`, a key ending in `.one` is taken where the language says singular.
 */
import { createContext, useContext, useMemo } from "react";

type Table = Readonly<Record<string, string>>;
export type Values = Readonly<Record<string, string | number>>;

const files = import.meta.glob<Table>(["../../languages/*/*.json", "!../../languages/en/*.json"], {
  import: "default",
});

/** Languages with at least one file, English first. */
export const LANGUAGES: readonly string[] = [
  "en",
  ...new Set(Object.keys(files).map((path) => partsOf(path).language)),
];

export interface Translations {
  readonly language: string;
  /** Area → its table. */
  readonly tables: Readonly<Record<string, Table>>;
}

export const TranslationContext = createContext<Translations>({ language: "en", tables: {} });

export async function loadTranslations(language: string): Promise<Translations> {
  const own = Object.entries(files).filter(([path]) => partsOf(path).language === language);
  const tables = await Promise.all(
    own.map(async ([path, load]) => [partsOf(path).area, await load()] as const),
  );
  return { language, tables: Object.fromEntries(tables) };
}

/** Words of one area: `const t = useTexts("worklist", english)`, then `t("title")`. */
export function useTexts<English extends Table>(area: string, english: English): Texts<English> {
  const translations = useContext(TranslationContext);
  return useMemo(() => textsOf(area, english, translations), [area, english, translations]);
}

export type Texts<English extends Table> = (key: keyof English & string, values?: Values) => string;

/** The same for what is no part of a screen. */
export function textsOf<English extends Table>(
  area: string,
  english: English,
  { language, tables }: Translations,
): Texts<English> {
  const own = tables[area] ?? {};
  return (key, values = {}) => fill(chosen(own, english, key, values, language), values);
}

function chosen(own: Table, english: Table, key: string, values: Values, language: string): string {
  const one =
    typeof values.count === "number" && new Intl.PluralRules(language).select(values.count) === "one";
  const singular = `${key}.one`;
  return (
    (one ? own[singular] : undefined) ??
    own[key] ??
    (one ? english[singular] : undefined) ??
    english[key] ??
    key
  );
}

function fill(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : typeof value === "number" ? value.toLocaleString("en-US") : value;
  });
}

function partsOf(path: string): { language: string; area: string } {
  const [file = "", language = ""] = path.split("/").reverse();
  return { language, area: file.replace(".json", "") };
}
