/** The words before an identifier's value: "MRN:", "Unit No.", "Acct #", "Serial number", "License plate". */
import type { Note } from "../note.ts";
import type { PhiKind } from "../phi-span.ts";

interface Label {
  /** Words, in order. */
  readonly words: readonly string[];
  readonly kind: PhiKind;
  /** Must be followed by "number", "no", "#", "id", ":" or "=", because the words alone say nothing. */
  readonly marked: boolean;
}

const TABLE: readonly [PhiKind, boolean, string][] = [
  [
    "mrn",
    false,
    "mrn|mr number|mrno|mrnum|medical record|med rec|medrec|unit no|unit number|hospital number|hosp no|chart number|emr|empi|pmrn|umrn|hospital id",
  ],
  ["mrn", true, "mr|record|chart|unit|patient id|pt id|patient identifier|patient|pt|hospital"],
  [
    "ssn",
    false,
    "last four|last 4|ssn|ssn ending|ssn ending in|ssn ends in|ssn ends with|social security|social security ending in|soc sec|ss",
  ],
  [
    "insurance",
    false,
    "mbi|hicn|hic|medicare number|medicaid number|member id|subscriber id|policy id|beneficiary id|medicaid id|medicare id|insurance id",
  ],
  [
    "insurance",
    true,
    "policy|member|subscriber|group|insurance|medicaid|medicare|beneficiary|plan|insurance policy|group policy|health plan|claim|authorization|auth|prior auth|preauthorization|rxbin|rx bin",
  ],
  ["account", false, "acct|fin|csn|har|acc no"],
  [
    "account",
    true,
    "account|billing|invoice|visit|encounter|admission|hospital account|bank account|credit card|card|guarantor|financial|routing|check",
  ],
  ["licence", false, "npi|dea|upin|lic no"],
  [
    "licence",
    true,
    "license|licence|driver's license|drivers license|dl|medical license|certificate|provider|state license|provider id|physician id",
  ],
  ["vehicle", false, "vin|license plate|licence plate|plate number|plates"],
  ["vehicle", true, "plate|tag|vehicle|registration"],
  ["device", false, "serial number|serial no|serial|sn|s/n|imei|udi|mac address"],
  ["device", true, "device|lot|model|implant|pacemaker|generator|lead|pump|lot no|device id|catalog|cat|ref"],
  ["username", false, "username|user name|user id|userid|login|logon|screen name|portal user|portal login"],
  ["username", true, "user|account name|twitter|instagram|facebook|skype|handle"],
  [
    "id",
    false,
    "accession|acc|specimen number|job id|dictation id|document id|confirmation number|case number|control number|passport|barcode|reference number|badge|tracking number|order number|requisition number|batch|index no|kit no|kit number|site no|visit id|encounter id|request id|transcription id|doc id|study id|subject id|employee id|student id|specimen id",
  ],
  [
    "id",
    true,
    "id|case|job|specimen|document|dictation|reference|order|control|confirmation|rx|prescription|path|pathology|surgical|cytology|slide|requisition|badge|employee|student|military|passport|file|ticket|message|report|study|voucher|docket|tag|identification|subject|participant|enrollment|block|surg path|sp|conf|req|ref|transaction|d/t|tr|dict|jn|t|job no",
  ],
];

const labels = new Map<string, Label[]>();
for (const [kind, marked, names] of TABLE) {
  for (const name of names.split("|")) {
    const words = name.split(/[ /]/);
    const list = labels.get(words[0]!) ?? [];
    list.push({ words, kind, marked });
    labels.set(words[0]!, list);
  }
}
for (const list of labels.values()) list.sort((a, b) => b.words.length - a.words.length);

const MARKERS = new Set(["number", "no", "num", "nbr", "id", "code", "numbers"]);

/** The value's first token and kind when a label starts at the token. */
export function labelAt(note: Note, token: number): { kind: PhiKind; value: number } | null {
  if (note.isMark(token, "#")) {
    const previous = note.lower(token - 1);
    const counted =
      /^(?:pod|day|hd|dol|problem|issue|visit|g|gauge|disp|dispense|fr|french|toe|digit|tooth|step|parity|dose|cycle|bed|size|blade|times|x|week|french|rib|suture|tube)$/.test(
        previous,
      );
    return note.isNumber(token + 1) && note.end[token + 1]! - note.start[token + 1]! >= 5 && !counted
      ? { kind: "id", value: token + 1 }
      : null;
  }
  for (const label of labels.get(note.lower(token)) ?? []) {
    let at = token;
    const matches = label.words.every((word, i) => {
      if (i === 0) return true;
      at += 1;
      if (note.isMark(at, "'") || note.isMark(at, "/")) at += 1;
      return (note.isNumber(at) ? note.tokenText(at) : note.lower(at)) === word;
    });
    if (!matches) continue;
    const value = valueAfter(note, at, label.marked, label.kind === "username");
    if (value !== null) return { kind: label.kind, value };
  }
  return null;
}

function valueAfter(note: Note, last: number, marked: boolean, named: boolean): number | null {
  let at = last + 1;
  let seen = false;
  let colon = false;
  for (let passed = 0; passed < 6; passed++) {
    if (MARKERS.has(note.lower(at))) seen = true;
    else if (note.isMark(at, "#") || note.isMark(at, ":") || note.isMark(at, "=") || note.isMark(at, "|")) {
      seen = true;
      colon = true;
    } else if (
      note.isMark(at, ".") ||
      note.isMark(at, "(") ||
      note.isMark(at, "-") ||
      note.isMark(at, "[") ||
      note.isMark(at, ")") ||
      note.isMark(at, "*")
    ) {
      // a mark between label and value
    } else if (!(/^(?:is|was|of|the)$/.test(note.lower(at)) && (seen || !marked))) break;
    at += 1;
  }
  if (marked && !seen) return speaksForItself(note, at) || (named && isUserName(note, at)) ? at : null;
  if (at >= note.count || note.isLineEnd(at)) {
    const next = colon ? note.nextOnPage(at, 1) : -1;
    return next > 0 && note.isNumber(next) ? next : null;
  }
  return note.isNumber(at) || (note.isWord(at) && (note.touchesNext(at) || colon || !marked)) ? at : null;
}

/** "Lot U7042AA", "plate HXK-4471", "Medicare 2AB3CD4EF56": capitals and digits together need no colon. */
function speaksForItself(note: Note, token: number): boolean {
  let at = token;
  let [digits, letters] = [0, 0];
  while (at < note.count && at - token < 12) {
    const form = note.form[at];
    if (note.isNumber(at)) digits += note.end[at]! - note.start[at]!;
    else if (form !== undefined && (form.upper || (form.capital && form.surface.length === 1)))
      letters += form.surface.length;
    else if (!(note.isMark(at, "-") && at > token && note.touchesNext(at))) break;
    at += 1;
    if (!note.touchesNext(at - 1) && !beginsSecondHalf(note, at, digits, letters)) break;
  }
  return digits >= 2 && letters >= 1 && digits + letters >= 6;
}

/** "HXK 4471", "K41 RVB": a plate in two halves. */
function beginsSecondHalf(note: Note, token: number, digits: number, letters: number): boolean {
  if (note.isNumber(token)) return letters > 0 && letters <= 3 && digits === 0;
  return digits > 0 && (note.form[token]?.upper ?? false) && note.form[token]!.surface.length <= 3;
}

/** "user jwhitaker92": a word with digits right behind. */
function isUserName(note: Note, token: number): boolean {
  return (
    note.isWord(token) && note.touchesNext(token) && note.isNumber(token + 1) && note.lower(token).length > 3
  );
}
