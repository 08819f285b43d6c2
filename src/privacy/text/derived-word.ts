/**
 * Whether a word that no list has is made of one that a list has: "extubated" of "extubate" or "extubation", "hypercarbia"
 * by its parts. Medicine makes new words all day long; names are seldom made that way.
 * Invariant: a bounded number of look-ups a word.
 */
const PREFIXES =
  "re un non de dis pre post sub peri para intra inter extra trans hyper hypo hemi semi multi poly mono anti auto bi tri pan super supra infra retro micro macro mega pneumo cardio neuro gastro hepato nephro uro osteo arthro thrombo hemo haemo endo broncho dermato myo lympho angio electro cranio spondylo cholecysto entero colo procto laryngo tracheo pharyngo oro naso rhino oto opto ophthalmo psycho thoraco abdomino veno arterio vaso cyto histo immuno radio chemo cryo ultra mid over under well ill".split(
    " ",
  );
/** An ending, and what may stand in its place. */
const ENDINGS: readonly (readonly [string, readonly string[]])[] = [
  ["ies", ["y"]],
  ["es", ["", "e", "is"]],
  ["s", [""]],
  ["ated", ["ate", "ation", "ating"]],
  ["ating", ["ate", "ation"]],
  ["ation", ["ate", "e", ""]],
  ["ed", ["", "e", "ing"]],
  ["ing", ["", "e", "ion", "ed"]],
  ["ally", ["al", "ic", ""]],
  ["ly", ["", "le"]],
  ["ness", ["", "y"]],
  ["able", ["", "e", "ate"]],
  ["ible", ["e", ""]],
  ["ic", ["ia", "y", "is", "ism", "e"]],
  ["ical", ["y", "ic"]],
  ["al", ["", "e", "us", "um", "a"]],
  ["ous", ["y", "us", "", "e"]],
  ["ar", ["a", "e", "us"]],
  ["ity", ["", "e", "ous"]],
  ["ism", ["", "e", "ic"]],
  ["ist", ["y", "", "ic"]],
  ["oid", ["a", "us", ""]],
  ["emic", ["emia"]],
  ["tomy", ["ectomy", ""]],
  ["ment", ["", "e"]],
  ["er", ["", "e"]],
  ["ful", [""]],
  ["less", [""]],
  ["like", [""]],
];
/** Ends of words that nobody is called. */
const MEDICAL_END =
  /(?:carbia|capnia|kalemia|natremia|glycemia|volemia|oxia|cytosis|blastic|genic|tropic|pathic|static|lytic|plastic|scopic|metry|scopy|logy|logic|tomic|stomy|tonia|kinesia|phasia|phagia|arthria|algesia|esthesia|thermia|pyrexia|rrhoea|penic|philia|megalic|trophic|plegic|paretic|cele|centesis|pexy|desis|ization|ified|ifying|ility|ously|tional|lessness|fulness)$/;

export function isDerivedWord(lower: string, isKnown: (word: string) => boolean): boolean {
  if (lower.length < 6 || !/^[a-z]+$/.test(lower)) return false;
  if (MEDICAL_END.test(lower) || endsLike(lower, isKnown)) return true;
  for (const prefix of PREFIXES) {
    if (!lower.startsWith(prefix)) continue;
    const rest = lower.slice(prefix.length);
    if (rest.length >= 4 && (isKnown(rest) || (rest.length >= 6 && endsLike(rest, isKnown)))) return true;
  }
  return false;
}

function endsLike(word: string, isKnown: (word: string) => boolean): boolean {
  for (const [ending, others] of ENDINGS) {
    const stem = word.length - ending.length;
    if (stem < 4 || !word.endsWith(ending)) continue;
    const root = word.slice(0, stem);
    if (others.some((other) => isKnown(root + other))) return true;
    // "stopped", "bagging"
    if ((ending === "ed" || ending === "ing") && root.at(-1) === root.at(-2) && isKnown(root.slice(0, -1)))
      return true;
  }
  return false;
}
