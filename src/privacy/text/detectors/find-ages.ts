/**
 * Ages over 89, which Safe Harbor folds into one group; younger ages are no identifiers and stay, unless all are asked
 * for. Ages in words and age decades ("in her nineties") too.
 */
import { type Note, WORD } from "../note.ts";
import type { SpanSink } from "../phi-span.ts";
import { sticky } from "./sticky.ts";

const AFTER_NUMBER = sticky(
  /(?:[ -]{0,2}(?:and (?:a )?half|1\/2)?[ -]{0,2}(?:years?|yrs?)[ -]{0,2}(?:old|of age|young)|[ -]{0,2}y\/?\.?o\.?(?![A-Za-z])|[ -]?y\.?\/?o\.?[ ]?[mfwb](?![A-Za-z])|[ -]?(?:[MF]|[WB][MF])(?![A-Za-z0-9/])|[ -]?(?:yrs?|years?)(?= (?:of age|male|female|man|woman|lady|gentleman|gentlewoman|resident|widow))|[ -]{1,2}(?:year|yr)[ -](?:old|o))/i,
);
const DECADE = sticky(/(?:9|10)0'?s(?![A-Za-z0-9])/);
const AGE_BEFORE = new Set("age aged ages".split(" "));
const WORDS_OVER_89 = new Set(
  "nonagenarian nonagenarians centenarian centenarians supercentenarian".split(" "),
);

export function findAges(note: Note, sink: SpanSink, every: boolean): void {
  for (const token of note.numbers) numberAt(note, token, sink, every);
  for (let token = 0; token < note.count; token++) {
    if (note.type[token] === WORD) wordsAt(note, token, sink);
  }
}

function numberAt(note: Note, token: number, sink: SpanSink, every: boolean): void {
  const { text } = note;
  const start = note.start[token]!;
  const end = note.end[token]!;
  if (
    end - start > 3 ||
    /[\d./-]/.test(text[start - 1] ?? " ") ||
    (/[\d]/.test(text[end + 1] ?? " ") && /[./:]/.test(text[end] ?? " "))
  )
    return;
  const age = Number(text.slice(start, end));
  if (!(every ? age > 0 && age <= 120 : age >= 90 && age <= 120)) return;
  if (
    DECADE.endAt(text, start) > 0 &&
    /^(?:her|his|their|the|early|mid|late|patient's)$/.test(note.lower(token - 1))
  ) {
    sink.add(start, DECADE.endAt(text, start), "age", "age.decade", 0.85);
    return;
  }
  const labelled =
    AGE_BEFORE.has(note.lower(token - 1)) ||
    (note.isMark(token - 1, ":") && AGE_BEFORE.has(note.lower(token - 2))) ||
    (/^(?:of|is)$/.test(note.lower(token - 1)) && note.lower(token - 2) === "age");
  const turned = /^(?:turned|turning|turns)$/.test(note.lower(token - 1));
  const said =
    /^(?:is|was)$/.test(note.lower(token - 1)) &&
    /^(?:she|he|patient|who|pt|mother|father|wife|husband)$/.test(note.lower(token - 2)) &&
    /^(?:[,.;]|and|with)$/.test(note.tokenText(token + 1)) &&
    !note.isNumber(token + 2);
  const died =
    /^(?:at|to|until|till|past)$/.test(note.lower(token - 1)) &&
    /^(?:died|deceased|passed|death|dead|lived)$/.test(note.lower(token - 2));
  if (labelled || turned || said || died || AFTER_NUMBER.endAt(text, end) > 0)
    sink.add(start, end, "age", "age.over-89", 0.9);
}

/** "ninety-two year old", "in her nineties". */
function wordsAt(note: Note, token: number, sink: SpanSink): void {
  const { lower } = note.form[token]!;
  const start = note.start[token]!;
  if (WORDS_OVER_89.has(lower)) sink.add(start, note.end[token]!, "age", "age.word", 0.85);
  else if (lower === "nineties" && /^(?:her|his|their|early|mid|late)$/.test(note.lower(token - 1)))
    sink.add(start, note.end[token]!, "age", "age.decade", 0.85);
  else if (lower === "ninety" || (lower === "hundred" && note.level(token - 1, "english") > 0)) {
    const hyphen = note.isMark(token + 1, "-") ? 1 : 0;
    const unit = /^(?:one|two|three|four|five|six|seven|eight|nine)$/.test(note.lower(token + 1 + hyphen));
    const last = unit ? token + 1 + hyphen : token;
    const gap = note.isMark(last + 1, "-") ? 2 : 1;
    const said =
      unit &&
      /^(?:is|was|am|'m|turned|turning|aged|age|at|m|s|now|to|be)$/.test(note.lower(token - 1)) &&
      (note.isLineEnd(last + 1) || /^[.,;!?]$/.test(note.tokenText(last + 1)));
    if (said || /^(?:year|years|yr|yrs)$/.test(note.lower(last + gap)))
      sink.add(start, note.end[last]!, "age", "age.words", 0.9);
  }
}
