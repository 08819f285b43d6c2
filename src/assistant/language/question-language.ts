/**
 * Which language a question is in: by its script, else by its function words.
 * Invariant: what cannot be told (a name, two words) counts as English, so that it is answered if anything supports an answer.
 */
import { wordsOf } from "../words.ts";

/** Languages that are recognised; of `other` only that it is none of them. */
export type QuestionLanguage = "en" | "es" | keyof typeof WORDS | "ru" | "zh" | "ar" | "other";

/** Words that carry the grammar of a language, or are common in such questions, and are no words of English, without accents. */
const WORDS = {
  es: "cual cuales cuando cuanto cuanta cuantas cuantos como que fue es esta estoy tengo tiene tuve mis el los las una del para por con mas muy ultimo ultima sido hay riesgo presion sangre dolor azucar puedo puede podria deberia debo pasaria prueba medicinas medicamentos explicar siguiente proximos anos veces alta alto",
  de: "wie wann welche welcher welches wieviel mein meine meiner meinen ich habe hatte ist sind der das und nicht ein eine letzter letzte letzten hoch viel mir wurde seit",
  fr: "quel quelle quels quelles quand combien comment est sont mon mes je jai le les des une du dernier derniere etait dans depuis",
  pt: "qual quais quando quanto foi meu minha meus minhas tenho uma os um ultima nao",
  it: "quale quali quando sono il mio mia ho della gli ultimo stato",
  nl: "wat wanneer hoe mijn ik heb het een zijn laatste",
  pl: "jaki jaka kiedy moj moja jest mam ostatni",
  tr: "ne zaman benim kac nedir",
  tl: "ang ko aking kailan huling",
  vi: "toi cua lan cuoi bao nhieu",
} as const;
const LISTS: readonly (readonly [keyof typeof WORDS, ReadonlySet<string>])[] = (
  Object.keys(WORDS) as (keyof typeof WORDS)[]
).map((language) => [language, new Set(WORDS[language].split(" "))]);
const ENGLISH: ReadonlySet<string> = new Set(
  "what which when how who where why is are was were am do does did have has had can could will would should i my me mine the of in on at to for from with and or not a an any his her he she patient record last first highest lowest".split(
    " ",
  ),
);
/** Scripts in which no English is written, and the language that is most often written in them. */
const SCRIPTS: readonly (readonly [QuestionLanguage, RegExp])[] = [
  ["zh", /\p{Script=Han}/gu],
  ["ru", /\p{Script=Cyrillic}/gu],
  ["ar", /\p{Script=Arabic}/gu],
  [
    "other",
    /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Hebrew}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Tamil}\p{Script=Thai}\p{Script=Armenian}\p{Script=Georgian}\p{Script=Ethiopic}\p{Script=Khmer}]/gu,
  ],
];

export function languageOf(question: string): QuestionLanguage {
  const letters = question.match(/\p{L}/gu)?.length ?? 0;
  const written = SCRIPTS.map(([language, script]) => ({ language, n: question.match(script)?.length ?? 0 }));
  // Japanese is written in two scripts, one of them Chinese: what is not Chinese decides.
  const foreign = written.filter(({ n }) => n > 0).reduce((sum, { n }) => sum + n, 0);
  if (foreign > letters / 4) {
    const other = written.find(({ language, n }) => language === "other" && n > 0);
    return (other ?? written.sort((a, b) => b.n - a.n)[0])?.language ?? "other";
  }
  const words = wordsOf(question);
  const english = words.filter((word) => ENGLISH.has(word)).length;
  const rated = LISTS.map(([language, list]) => ({
    language,
    n: words.filter((word) => list.has(word) && !ENGLISH.has(word)).length,
  }));
  const best = rated.reduce((most, one) => (one.n > most.n ? one : most));
  // Only Spanish opens a question with a sign.
  if (question.includes("¿") && (rated[0]?.n ?? 0) > 0 && (rated[0]?.n ?? 0) >= best.n) return "es";
  const all = words.filter((word) => !ENGLISH.has(word) && LISTS.some(([, list]) => list.has(word))).length;
  return all >= 2 && all > english ? best.language : "en";
}

/** Whether a question is in a language in which questions are not understood. */
export function isForeign(question: string): boolean {
  const language = languageOf(question);
  return language !== "en" && language !== "es";
}
