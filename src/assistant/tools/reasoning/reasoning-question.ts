/** Which way of reasoning a question asks for: a differential, the next test, a changed record, the care team; null for none. */
import { plain } from "../../words.ts";

export type ReasoningWay = "differential" | "next-test" | "what-if" | "care-team";

const PERSON = /\b(?:my|i|me|his|her|he|she|the patient|patient's|this patient|this person)\b/;
const SIGNS: readonly (readonly [ReasoningWay, RegExp])[] = [
  [
    "what-if",
    /\bwhat if\b|\bwhat (?:would|will) (?:happen|change|be)\b.*\b(?:if|with)\b|\bhow would\b.*\b(?:change|differ)\b.*\bif\b|\bsuppos(?:e|ing) (?:that )?|\bif\b.{1,80}\b(?:were|was|is) (?:added|removed|taken out|left out)\b/,
  ],
  [
    "next-test",
    /\bnext (?:best )?(?:lab )?(?:tests?|investigation|examination)\b|\b(?:which|what) (?:[\w-]+ ){0,3}?(?:tests?|investigations?|labs?|exams?)\b.{0,40}\b(?:next|should|order\w*|do(?:ne)? now|worth|best|most|tell|help|needed)\b|\b(?:which|what) (?:should|could|is best to|to) (?:be |i |we )?(?:test|measur|check|order)\w* (?:next|first|now)\b|\bwhat should (?:i|we|be|he|she) (?:be )?(?:test|measure|check|order)\w*\b/,
  ],
  [
    "care-team",
    /\bcare[- ]?teams?\b|\b(?:integrated|care) plan\b|\bwho should (?:own|look after|take care|follow|treat|see)\b|\bwhich speciali(?:st|ty)\w*\b|\bwhat (?:do|would) (?:the )?(?:specialists|specialties|panels)\b|\bspecialty panels?\b/,
  ],
  [
    "differential",
    /\bdifferential\b|\b(?:what|which [\w-]+) (?:could|might|can|may|would) (?:explain|be (?:behind|causing)|this be|it be|i have)\b|\bwhat (?:explains|is behind|is causing|lies behind)\b|\bpossible (?:diagnos[ei]s|explanations?)\b|\bwhat (?:conditions? )?(?:might|may|could) (?:be|come|turn up|be found|develop)\b.{0,20}\b(?:next|found|new)\b|\bexpected to be found\b/,
  ],
];
const CAUSE =
  /\bwhat (?:could|might|can|may) (?:cause|have caused)\b|\bwhat causes\b|\bwhat is the (?:cause|reason)\b|\bwhy (?:do|does|am|is|have|has)\b.{0,30}\b(?:have|having|get|getting|feel\w*|so|always|hurt\w*|cough\w*)\b/;

export function reasoningAsked(question: string): ReasoningWay | null {
  const text = plain(question);
  const found = SIGNS.find(([, signs]) => signs.test(text))?.[0];
  // What causes a thing in people at large is a matter of knowledge.
  return found ?? (CAUSE.test(text) && PERSON.test(text) ? "differential" : null);
}

/** What a question presents: the words after what it asks, `my cough`; null where there are none. */
export function presented(question: string): string | null {
  const said =
    /\b(?:explains?|behind|causing|caused?|causes|cause of|reason for|(?:differential|diagnos[ei]s|explanations?) (?:for|of)|why (?:do|does|am|is|have|has) (?:i|he|she|the patient|my|his|her)(?: have| having| get| getting| feel\w*)?(?: so| always)?)\s+(.+)$/i.exec(
      question.replace(/[’ʼ]/g, "'"),
    )?.[1];
  const about = said
    ?.replace(
      /\b(?:in|within|over|for)\b (?:the )?(?:next |coming )?\d+(?:\.\d+)? ?(?:day|week|month|year)s?\b.*$/i,
      "",
    )
    .replace(/^(?:an?|the|my|his|her|their|this|that|these|such an?|patient's|some)\s+/i, "")
    .replace(/^(?:patient's|person's)\s+/i, "")
    .replace(/[?.!]+\s*$/, "")
    .trim();
  return about === undefined || about === "" ? null : about.slice(0, 60);
}
