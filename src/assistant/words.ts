/**
 * Words as the assistant compares them: lower case, without accents, plural or British and American apart.
 * Invariant: two spellings of one word give one stem; two different words of a record keep two stems.
 */
const LETTERS = /[\p{L}\p{N}]+(?:['’][\p{L}]+)*/gu;

/** Words in order, letters and digits together (`hba1c`, `b12`); everything else separates. */
export function wordsOf(text: string): string[] {
  return plain(text).match(LETTERS)?.map(withoutPossessive) ?? [];
}

export function stemsOf(text: string): string[] {
  return wordsOf(text).map(stemOf);
}

export function stemOf(word: string): string {
  const one = word
    .replace(/ae/g, "e")
    .replace(/oe(?=[dm])/g, "e")
    .replace(/our$/, "or");
  if (one.length > 4 && one.endsWith("ies")) return `${one.slice(0, -3)}y`;
  if (/(?:ss|sh|ch|x|z)es$/.test(one) && one.length > 5) return one.slice(0, -2);
  return one.length > 3 && /[^siu]s$/.test(one) ? one.slice(0, -1) : one;
}

/** One spelling for letters that look or mean alike; accents fall. */
export function plain(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .replace(/[‐‑‒–—−]/g, "-")
    .replace(/[’ʼ]/g, "'")
    .replace(/[\u200b-\u200f\u2060\ufeff\u00ad]/g, "")
    .toLowerCase();
}

function withoutPossessive(word: string): string {
  return word.replace(/'s$/, "").replaceAll("'", "");
}

const ASKING =
  "a an the of in on at to for from with by as and or is are was were be been am do does did has have had having can could would should will shall may might i me my mine you your yours we our us he his him she her it its they them their there this that these those what which who whom whose when where why how if so not no yes please tell explain describe know about any some much many more most than then also just really get got give take make let want need like help think say mean means called ok hi hello thanks thank patient person people someone somebody anyone anybody everyone suffer suffers suffering diagnosed".split(
    " ",
  );
const EMPTY: ReadonlySet<string> = new Set(ASKING.map(stemOf));

/** Stems that carry what a question is about, each once. */
export function askedStems(text: string): string[] {
  return [...new Set(stemsOf(text))].filter((stem) => !EMPTY.has(stem));
}

/** Whether a text has one of the names as whole words, one after the other. */
export function namedIn(text: string, names: readonly string[]): boolean {
  const asked = ` ${stemsOf(text).join(" ")} `;
  return names.some((name) => asked.includes(` ${stemsOf(name).join(" ")} `));
}
