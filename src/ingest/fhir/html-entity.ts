/** What a character reference of HTML or XML (`&eacute;`, `&#233;`, `&#xe9;`) stands for. */
const NAMED: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
  deg: "°",
  micro: "µ",
  plusmn: "±",
  ge: "≥",
  le: "≤",
  ndash: "–",
  mdash: "—",
  bull: "•",
  rsquo: "’",
  lsquo: "‘",
  rdquo: "”",
  ldquo: "“",
  hellip: "…",
  szlig: "ß",
  aelig: "æ",
  oslash: "ø",
  Oslash: "Ø",
};
const MARKS: Readonly<Record<string, string>> = {
  grave: "\u0300",
  acute: "\u0301",
  circ: "\u0302",
  tilde: "\u0303",
  uml: "\u0308",
  ring: "\u030a",
  caron: "\u030c",
  cedil: "\u0327",
};
const ACCENTED = /^([A-Za-z])(grave|acute|circ|tilde|uml|ring|caron|cedil)$/;

/** One reference, for `replace` and `matchAll`; its name or number is group 1. */
export const ENTITY = /&(#\d{1,7}|#[xX][\da-fA-F]{1,6}|[a-zA-Z]{2,8});/g;

/** @param name between `&` and `;`. Gives null where there is no such character. */
export function entityText(name: string): string | null {
  if (name.startsWith("#")) {
    const hex = /^#x/i.test(name);
    const point = hex ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
    return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : "";
  }
  const accented = ACCENTED.exec(name);
  if (accented !== null) return (accented[1]! + MARKS[accented[2]!]!).normalize("NFC");
  return NAMED[name] ?? NAMED[name.toLowerCase()] ?? null;
}
