/**
 * Invents a clinical note with its identifiers marked: one style's header, some of its lines in any order, sentences of
 * real clinical text between them, its footer; then the habits of who writes (capitals, wrapped lines, no full stops).
 * Invariant: the same random generator gives the same note.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Random } from "../../src/effects/random.ts";
import type { MarkedNote } from "../../src/privacy/text/marked-note.ts";
import { between, chance, oneOf } from "./draw.ts";
import type { Piece } from "./piece.ts";
import { Cast } from "./slots.ts";

export interface Style {
  readonly name: string;
  readonly headers: readonly string[];
  readonly lines: readonly string[];
  readonly footers: readonly string[];
}

const FOLDER = join(import.meta.dirname, "styles");

export function readStyles(): Style[] {
  return readdirSync(FOLDER)
    .sort()
    .map((file) => {
      const parts = readFileSync(join(FOLDER, file), "utf8").split(/^# .*\n/m);
      const [, headers = [], lines = [], footers = []] = parts.map((part) =>
        part.split("\n").filter((line) => !line.startsWith("#")),
      );
      const filled = (list: readonly string[]): string[] => list.filter((line) => line.trim() !== "");
      return {
        name: file.replace(".txt", ""),
        headers: [...filled(headers), ""],
        lines: filled(lines),
        footers: [...filled(footers), ""],
      };
    });
}

/** Lines full of what looks like an identifier and is none. */
const HARD_LINES = readFileSync(join(import.meta.dirname, "hard-lines.txt"), "utf8")
  .split("\n")
  .filter(Boolean);

/** Sentences of real clinical text, for lines that name nobody. */
export type Sentences = readonly string[];

export function makeNote(random: Random, style: Style, sentences: Sentences): MarkedNote {
  const cast = new Cast(random, style.name === "uk");
  const count = between(random, 3, Math.min(14, style.lines.length));
  const body = random.shuffle([...style.lines]).slice(0, count);
  const separator = oneOf(random, ["\n", "\n", "\n\n", " ", "  "]);
  let pieces = fill(random, cast, oneOf(random, style.headers), sentences);
  if (pieces.length > 0) pieces.push({ text: chance(random, 0.5) ? "\n" : "\n\n", kind: null });
  for (const line of body) {
    pieces.push(...fill(random, cast, line, sentences), { text: separator, kind: null });
    if (chance(random, 0.45))
      pieces.push(...fill(random, cast, oneOf(random, HARD_LINES), sentences), {
        text: separator,
        kind: null,
      });
  }
  pieces.push({ text: "\n", kind: null }, ...fill(random, cast, oneOf(random, style.footers), sentences), {
    text: "\n",
    kind: null,
  });
  pieces = written(random, style, pieces);
  return joined(`${style.name}`, pieces);
}

/** Replaces `[a|b]` by one of its parts, `\n` by a line end and slots by what they stand for. */
function fill(random: Random, cast: Cast, template: string, sentences: Sentences): Piece[] {
  let text = template.replace(/\\n/g, "\n");
  for (let depth = 0; depth < 3; depth++)
    text = text.replace(/\[([^[\]]*\|[^[\]]*)\]/g, (_, inner: string) => oneOf(random, inner.split("|")));
  const pieces: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(/<([A-Za-z0-9#]+)>/g)) {
    pieces.push({ text: text.slice(at, match.index), kind: null });
    at = match.index + match[0].length;
    if (match[1] === "neg") pieces.push(...peopled(random, cast, oneOf(random, sentences)));
    else {
      const slot = cast.slot(match[1]!);
      if (slot === null) throw new TypeError(`no slot <${match[1]}>`);
      pieces.push(...slot);
    }
  }
  pieces.push({ text: text.slice(at), kind: null });
  return pieces.filter((piece) => piece.text !== "");
}

/** Where a sentence of real text speaks of somebody, a name may stand instead or beside. */
const PEOPLE: readonly (readonly [RegExp, readonly string[]])[] = [
  [
    /^(?:The patient|Patient|Pt)(?= (?:is|was|has|had|states|reports|denies|will|did|does|underwent)\b)/,
    ["<Pm>", "<Pf>", "<Pm>", "<P>"],
  ],
  [
    /\b(?:her|his|the patient's|my) (?:husband|wife|mother|father|son|daughter|brother|sister|mom|dad)(?=[ .,?])/,
    ["$&, <Rf>,", "$& <Rf>", "$& (<Rf>)"],
  ],
  [
    /\b(?:her|his|the|my|your) (?:primary care )?(?:physician|doctor|surgeon|cardiologist)(?=[ .,?])/,
    ["Dr. <Dl>", "$&, Dr. <D>,", "Doctor <Dl>"],
  ],
  [/^Doctor: (?:Okay|Alright|Well|Yes|So|Great)(?=[,.] )/, ["$&, <Pf>", "$& Mr. <Pl>"]],
  [/\b(?:in|to|at) the (?:hospital|clinic|emergency room)(?=[ .,?])/, ["at <hosp>", "to <hosp>", "in <hs>"]],
  [/\b(?:last|this) (?:week|month|year)(?=[ .,?])/, ["on <ds>", "in <dm>", "last <dd>", "on <dd>"]],
];

function peopled(random: Random, cast: Cast, sentence: string): Piece[] {
  if (chance(random, 0.5))
    for (const [pattern, forms] of PEOPLE) {
      const changed = sentence.replace(pattern, oneOf(random, forms));
      if (changed !== sentence && !/[[\]|\\]/.test(sentence)) return fill(random, cast, changed, []);
    }
  return [{ text: sentence, kind: null }];
}

/** The habits of who writes. */
export function written(random: Random, style: Pick<Style, "name">, pieces: readonly Piece[]): Piece[] {
  const roll = random.next();
  const shouts = style.name === "caps" || roll < 0.05;
  const whispers =
    !shouts &&
    roll < (style.name === "nursing" ? 0.45 : style.name === "prompt" || style.name === "email" ? 0.2 : 0.08);
  const lowersNames = !shouts && !whispers && style.name === "nursing" && roll < 0.7;
  const wraps = chance(random, 0.25);
  const unstopped = chance(random, 0.08);
  let column = 0;
  return pieces.map(({ text, kind }) => {
    let out = text;
    if (shouts) out = out.toUpperCase();
    else if (whispers || (lowersNames && kind === "name" && chance(random, 0.5))) out = out.toLowerCase();
    else if (kind === "name" && chance(random, 0.03)) out = out.toUpperCase();
    if (unstopped && kind === null) out = out.replace(/[.,](?= |\n|$)/g, "");
    if (wraps && kind !== "email" && kind !== "url")
      out = out.replace(/\n|[^\s]+| /g, (part) => {
        if (part === "\n") column = 0;
        else if (part === " " && column > 66) {
          column = 0;
          return "\n";
        } else column += part.length;
        return part;
      });
    return { text: out, kind };
  });
}

export function piecesOf({ text, marked }: MarkedNote): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const { start, end, kind } of marked) {
    pieces.push({ text: text.slice(at, start), kind: null }, { text: text.slice(start, end), kind });
    at = end;
  }
  pieces.push({ text: text.slice(at), kind: null });
  return pieces.filter((piece) => piece.text !== "");
}

export function joined(name: string, pieces: readonly Piece[]): MarkedNote {
  let text = "";
  const marked: { start: number; end: number; kind: string }[] = [];
  for (const piece of pieces) {
    if (piece.kind !== null)
      marked.push({ start: text.length, end: text.length + piece.text.length, kind: piece.kind });
    text += piece.text;
  }
  return { name, text, marked };
}
