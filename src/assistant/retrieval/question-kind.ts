/**
 * Which kind of answer a question asks for, by its wording: the kinds of MedQuAD. The likeliest first; a question that
 * says nothing of it asks what the thing is.
 */
const CUES: readonly (readonly [kind: string, cues: RegExp])[] = [
  ["genetic changes", /\bgenes?\b|\bmutat|\bgenetic (?:change|cause|basis|defect)|\bchromosom|\bdna\b/],
  [
    "inheritance",
    /\binherit|\bhereditary\b|\bruns? in (?:the |my |our |a )?famil|\bpass(?:ed|es)? (?:on|down|along)\b|\bpass (?:it|this)\b|\bfrom (?:a |my |their |his |her )?parents?\b|\bto (?:my|your|our|their|the|his|her) (?:children|kids|child|baby|offspring|son|daughter)|\bis .* genetic\b|\bgenetic (?:condition|disorder|disease)\b|\bdominant\b|\brecessive\b|\bfamilial\b/,
  ],
  [
    "frequency",
    /\bhow (?:common|rare|often|frequent|many people|widespread|prevalent|likely is it to (?:see|find))\b|\bprevalen|\bincidence\b|\bhow many\b|\bfrequency\b|\bnumber of (?:people|cases|patients)\b|\bis .* (?:rare|common)\b/,
  ],
  [
    "susceptibility",
    /\bat (?:higher |greater |increased |most |more )?risk\b|\brisk factors?\b|\bwho (?:gets|can get|usually gets|is (?:most |more )?(?:likely|prone|affected)|tends|develops)\b|\bmore likely to (?:get|have|develop)\b|\bsusceptib|\bprone to\b|\bchances? of (?:getting|developing)\b|\braises? (?:my|the|your|one's|someone's) (?:risk|chance|odds)/,
  ],
  [
    "prevention",
    /\bprevent|\bavoid (?:getting|developing)?|\bkeep from\b|\bkeep (?:myself|me) from\b|\bprotect|\blower (?:my|the|your) (?:risk|chance)|\breduce (?:my|the|your) (?:risk|chance)|\bstop (?:it|.*) from (?:happening|occurring|starting)|\bward off\b|\bstave off\b/,
  ],
  [
    "outlook",
    /\boutlook\b|\bprognos|\blife expectancy\b|\bsurviv|\bhow long (?:can|do|will|does) .* (?:live|last)|\blong[- ]term\b|\bdie (?:of|from)\b|\bfatal\b|\bdeadly\b|\bwhat (?:happens|will happen) (?:to|in the)\b|\bexpect(?:ed)? (?:course|in the future|for the future)|\bcan .* be cured\b|\brecover\b|\bwhat (?:can|should) .* expect\b/,
  ],
  ["stages", /\bstag(?:e|es|ed|ing)\b|\bhow far\b|\bhow advanced\b|\bspread\b/],
  [
    "complications",
    /\bcomplication|\blead to\b|\bcan .* cause (?:other|more|further)|\bother (?:problems|conditions)\b|\bwhat (?:problems|else) can .* (?:cause|lead)|\bresult from\b|\bside[- ]effects? of having\b|\bconsequences?\b|\buntreated\b/,
  ],
  [
    "exams and tests",
    /\bdiagnos|\btests?\b|\btested\b|\bexams?\b|\bdetect|\bscreen(?:ing|ed)?\b|\bconfirm|\bfind out (?:if|whether)\b|\bcheck(?:ed)? for\b|\blook for\b|\bscans?\b|\bbiops|\bidentif/,
  ],
  [
    "research",
    /\bresearch|\bclinical trials?\b|\btrials?\b|\bstud(?:y|ies|ied|ying)\b|\bscientists?\b|\bnew developments?\b|\blatest\b|\binvestigat/,
  ],
  [
    "treatment",
    /\btreat|\btherap|\bmedicines?\b|\bmedications?\b|\bdrugs?\b|\bcure[ds]?\b|\bmanag(?:e|ed|ing|ement)\b|\bsurger|\bremed|\brelie[fv]|\bget rid of\b|\bwhat (?:helps|works|can be done|is done|should be done)\b|\bwhat can (?:i|doctors|a doctor|one) do\b|\bcontrol(?:led)?\b|\bfix(?:ed)?\b|\bhealed?\b|\boptions\b/,
  ],
  [
    "considerations",
    /\bconsider|\bdiet\b|\beat(?:ing)?\b|\bfoods?\b|\bnutrition|\blive with\b|\bliving with\b|\bcop(?:e|ing)\b|\bwhat (?:should|do) i (?:need to )?know\b/,
  ],
  ["support groups", /\bsupport\b|\borganizations?\b|\bhelp groups?\b/],
  [
    "symptoms",
    /\bsymptom|\bsigns?\b|\bfeels? like\b|\bnotice\b|\bhow (?:do|would|can|will) (?:i|you|we|one|someone|people) (?:know|tell|recogni)|\bwarning\b|\blooks? like\b|\bmanifest|\bpresent(?:s|ation)\b|\bindicat|\bclues?\b|\baffect (?:the|my|your) body\b|\bfeatures\b|\bshow up\b/,
  ],
  [
    "causes",
    /\bcause[ds]?\b|\bcausing\b|\bwhy (?:do|does|did|would|is|am|are)\b|\breasons?\b|\bbring(?:s)? on\b|\bwhere does .* come from\b|\bcomes? from\b|\btriggers?\b|\bhow (?:do|does|did) .* (?:get|develop|start|happen|catch|contract)\b|\borigin|\bdue to\b|\bresponsible for\b|\bbehind\b|\blead(?:s|ing)? to\b/,
  ],
  [
    "information",
    /\bwhat (?:is|are|s)\b|\bwhat's\b|\bdefin|\boverview\b|\bexplain|\btell me about\b|\bdescribe|\bmeaning of\b|\bwhat does .* mean\b|\binformation\b|\blearn about\b|\bkind of (?:disease|condition|illness)\b|\bmore about\b/,
  ],
];

/** Kinds that the wording speaks for, the likeliest first. */
export function questionKinds(question: string): string[] {
  const text = question.toLowerCase();
  const found = CUES.filter(([, cues]) => cues.test(text)).map(([kind]) => kind);
  return found.length > 0 ? found : ["information"];
}

/** The words of a question that tell its kind, not its subject. */
const KIND_WORDS: ReadonlySet<string> = new Set(
  "gene mutation mutated genetic change chromosome dna inherited inherit inheritance hereditary run family passed pass parent child children kid common rare often frequent prevalent prevalence incidence many frequency number case risk factor likely prone susceptible chance develop getting prevent prevention preventing avoid protect lower reduce outlook prognosis expectancy survive survival long term fatal deadly die happen expect stage staging complication problem diagnose diagnosis diagnosed test tested exam detect screening screen confirm check scan research trial clinical study latest scientist treat treatment treated therapy medicine medication drug cure cured manage managed management surgery remedy relief rid option work consider consideration diet eat food living live cope support symptom sign feel notice recognize warning look manifest cause caused causing reason bring trigger origin due come start definition define overview information learn kind condition disease illness disorder meaning affect affected affecting body available used use done doctor find found tend usually typical typically show first early main best way involved linked associated related occur".split(
    " ",
  ),
);

export function isKindWord(stem: string): boolean {
  return KIND_WORDS.has(stem);
}
