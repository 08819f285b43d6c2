/**
 * What is to be said before anything else, or instead of it: symptoms that need help now, harm to oneself, harm to
 * others, doses, and what is no business of the assistant.
 * Invariant: a red flag is answered first, whatever else the question asks; wording of the site's own vetted knowledge
 * replaces the built-in one only where it is vetted today.
 */
import { plain } from "../words.ts";
import { SPANISH_FLAGS, SPANISH_GENERAL, SPANISH_OWN, SPANISH_REFUSALS } from "./spanish-signs.table.ts";

export interface Screening {
  /** `call now` wording, to be shown first. */
  readonly urgent: UrgentAdvice | null;
  /** Set when the question itself is not answered. */
  readonly refusal: { readonly policy: string; readonly text: string } | null;
}

export interface UrgentAdvice {
  /** Outcome of the vetted statement that may replace the wording: `red-flag/chest-pain`. */
  readonly flag: string;
  readonly text: string;
  /** Of the text: that of the signs that were found. */
  readonly language: "en" | "es";
}

const CALL = "Call your local emergency number (911 in the United States) now.";
const FLAGS: readonly (readonly [flag: string, signs: RegExp, text: string])[] = [
  [
    "self-harm",
    /\b(?:kill(?:ing)? myself|end (?:my|it all)(?: life)?|suicid|hurt(?:ing)? myself|harm(?:ing)? myself|self[- ]harm|want to die|better off dead|no reason to live|umbringen|me suicider)\b/,
    `You may be in danger. ${CALL} In the United States you can also call or text 988. Stay with someone you trust until help comes.`,
  ],
  [
    "chest-pain",
    /\b(?:chest|breastbone)\b.{0,40}\b(?:pain|pressure|tight|squeez|hurt|crush|ache)|\b(?:pain|pressure|tight\w*|squeezing|crushing)\b.{0,30}\bchest\b|\bheart attack\b.{0,20}\b(?:now|having|right now)\b|\bhaving a heart attack\b|brustschmerz|douleur (?:a|dans) la poitrine/,
    `Chest pain can be a heart attack. ${CALL} Do not drive yourself.`,
  ],
  [
    "stroke",
    /\b(?:face|mouth)\b.{0,20}\bdroop|\bslurr\w*\b.{0,20}\bspeech|\bspeech\b.{0,20}\bslur|\bsudden\w*\b.{0,40}\b(?:numb|weak|confus|blind|trouble (?:speaking|seeing|walking)|vision|headache)|\bcan(?:no|')?t (?:move|lift|feel) (?:my|one|the|his|her) (?:arm|leg|face|side)|\bhaving a stroke\b|\bworst headache\b/,
    `These can be signs of a stroke. ${CALL} Note when it began.`,
  ],
  [
    "breathing",
    /\bcan(?:no|')?t (?:breathe|catch my breath|get (?:any |enough )?air)|\b(?:trouble|difficulty|hard time) breathing\b|\bhard to breathe\b|\bshort(?:ness)? of breath\b.{0,25}\b(?:rest|sudden|now|severe)|\bsuffocat|\blips?\b.{0,15}\bblue\b|\bblue lips?\b|keine luft/,
    `Trouble with breathing can be an emergency. ${CALL}`,
  ],
  [
    "bleeding",
    /\b(?:vomit\w*|cough\w*|throwing) (?:up )?(?:a lot of )?blood\b|\bbleeding\b.{0,30}\b(?:wo|does)(?:n'?t| not) stop|\bbleeding (?:heavily|a lot|badly)\b|\b(?:won'?t|can(?:no|')?t|not) stop bleeding|\bblack (?:and )?tarry\b/,
    `Heavy bleeding is an emergency. ${CALL} Press on the wound if there is one.`,
  ],
  [
    "collapse",
    /\b(?:passed|passing) out\b|\bunconscious\b|\bfaint(?:ed|ing)\b.{0,20}\b(?:now|today|again|just)|\bhaving a seizure\b|\bseizure\b.{0,25}\b(?:now|stop|first)|\bnot (?:waking|responding|breathing)\b/,
    `This can be an emergency. ${CALL}`,
  ],
  [
    "allergy",
    /\b(?:throat|tongue|face|lips?)\b.{0,20}\b(?:swell|swollen|closing)|\banaphyla/,
    `A swelling of face, tongue or throat can stop the breath. ${CALL} Use your adrenaline pen if you have one.`,
  ],
  [
    "overdose",
    /\boverdos|\btook (?:too many|the whole|all (?:of )?(?:my|the)|\d+ times)|\bswallowed\b.{0,30}\b(?:pills|bleach|poison|battery|tablets)|\bpoison(?:ed|ing)\b.{0,15}\b(?:myself|child|now)/,
    `This can be a poisoning. ${CALL} In the United States you can also call Poison Control at 1-800-222-1222.`,
  ],
];

const REFUSALS: readonly (readonly [policy: string, signs: RegExp, text: string])[] = [
  [
    "harm",
    /\b(?:how (?:do|can|to|would)|help me|ways? to|what)\b.{0,60}\b(?:kill|poison|murder|hurt|drug|sedate)\b.{0,30}\b(?:him|her|them|someone|somebody|my (?:wife|husband|mother|father|boss|neighbou?r|child|ex))|\b(?:lethal|deadly|fatal) dose\b|\bundetect\w* poison\b|\b(?:forge|fake)\b.{0,20}\b(?:prescription|sick note)|\bmake (?:a |some )?(?:meth|fentanyl|bomb|explosive)/,
    "I cannot help with what may harm a person.",
  ],
  [
    "dose",
    /\bhow (?:much|many)\b.{0,40}\b(?:should|can|may|do) i (?:take|inject|use)|\bwhat dose\b|\bwhich dose\b|\b(?:increase|double|halve|raise|lower|change|adjust|skip|stop)\b.{0,25}\b(?:dose|dosage|taking|my (?:medicine|medication|pills|insulin|tablets))/,
    "I do not give or change doses. Please ask your care team or pharmacist before you change a medicine.",
  ],
  [
    "orders",
    /\bignore\b.{0,40}\b(?:instruction|rule|previous|above|prior)|\bsystem prompt\b|\bjailbreak\b|\bpretend (?:to be|you)|\bdeveloper mode\b|\bact as (?:if|a|an|my)\b|\byou are now\b/,
    "I only answer questions about this record and about vetted or published knowledge.",
  ],
  [
    "other-person",
    /\b(?:other|another|different) patient\b|\bmy (?:neighbou?r|wife|husband|boss|friend|ex)(?:'s)? (?:record|result|diagnos|lab|medical)|\bsubject \d{3,}\b|\ball patients\b|\bpatient (?:list|names?|id)\b/,
    "I only see this one record.",
  ],
];

export function screenQuestion(question: string): Screening {
  const text = plain(question).replace(/\s+/g, " ");
  const found =
    flagIn(text, SPANISH_FLAGS, SPANISH_GENERAL, SPANISH_OWN, "es") ??
    flagIn(
      text,
      FLAGS,
      /\b(?:what (?:is|are|causes?)|symptoms? of|define)\b/,
      /\b(?:i|my|me|he|she|now)\b/,
      "en",
    );
  const refused = [...SPANISH_REFUSALS, ...REFUSALS].find(([, signs]) => signs.test(text));
  return {
    urgent: found,
    refusal: refused === undefined ? null : { policy: refused[0], text: refused[2] },
  };
}

/** @param general wording of a question about a subject, which is no sign unless it is of one's `own` */
function flagIn(
  text: string,
  flags: typeof FLAGS,
  general: RegExp,
  own: RegExp,
  language: UrgentAdvice["language"],
): UrgentAdvice | null {
  if (general.test(text) && !own.test(text)) return null;
  const found = flags.find(([, signs]) => signs.test(text));
  return found === undefined ? null : { flag: `red-flag/${found[0]}`, text: found[2], language };
}
