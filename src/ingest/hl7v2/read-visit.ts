/** ADT: admission, transfer, discharge and their cancellations; diagnoses, procedures and allergies of the visit. */
import { CODE_MISSING, DATE_IMPOSSIBLE, DATE_MISSING } from "../../errors/registry.ts";
import type { Fact, Filed } from "./hl7-changes.ts";
import { hl7Code } from "./hl7-code.ts";
import { availableAfter, filed, type Hl7Context, type MessageFacts, reject } from "./hl7-context.ts";
import type { Hl7Segment } from "./hl7-message.ts";
import { hl7Time } from "./hl7-time.ts";

/** HL7 table 0004 to the ActCode that FHIR's encounter class has. */
const CLASSES: Readonly<Record<string, string>> = {
  I: "ACTCODE/IMP",
  O: "ACTCODE/AMB",
  E: "ACTCODE/EMER",
  P: "ACTCODE/PRENC",
  R: "ACTCODE/AMB",
  B: "ACTCODE/IMP",
};
/** A visit begins, or is told again. */
const VISIT_EVENTS = new Set(["A01", "A02", "A03", "A04", "A06", "A07", "A08", "A13", "A17", "A21", "A22"]);
/** Another bed; in a swap (A17) each of the two patients has the other's. */
const TRANSFERS = new Set(["A02", "A17"]);
/** The admission never happened; the record of the visit is deleted. */
const CANCELS_VISIT: Readonly<Record<string, "movements" | "visit">> = { A11: "movements", A23: "visit" };
const CANCELS_DISCHARGE = "A13";
const CANCELS_TRANSFER = "A12";
const DELETE_CODES = new Set(["D", "DELETE"]);

/** The last transfer of each visit that is under way, for its cancellation. */
export type LastTransfers = Map<string, { readonly identity: string; readonly ms: number }>;

export function readVisit(facts: MessageFacts, transfers: LastTransfers, context: Hl7Context): void {
  const pv1 = facts.message.first("PV1");
  if (pv1 !== null) readMovement(facts, pv1, transfers, context);
  for (const segment of facts.message.segments) {
    if (segment.name === "DG1") readDiagnosis(segment, facts, context);
    if (segment.name === "PR1") readProcedure(segment, facts, context);
    if (segment.name === "AL1") readAllergy(segment, ALLERGY_AL1, facts, context);
    if (segment.name === "IAM") readAllergy(segment, ALLERGY_IAM, facts, context);
  }
}

function readMovement(
  facts: MessageFacts,
  pv1: Hl7Segment,
  transfers: LastTransfers,
  context: Hl7Context,
): void {
  const { event, person, visit, eventMs, sentMs } = facts;
  const { changes } = context;
  const unnumbered = visit === null ? `at ${pv1.text(44) ?? ""}` : null;
  const underWay = `${person}/${visit ?? unnumbered ?? ""}`;
  const base = { ...filed(facts), unnumbered, perVisit: true, movement: true, source: "PV1" };
  const cancelled = CANCELS_VISIT[event];
  if (cancelled !== undefined) {
    changes.cancel(cancelled, person, visit ?? unnumbered);
    transfers.delete(underWay);
    return;
  }
  if (!VISIT_EVENTS.has(event) && event !== CANCELS_TRANSFER) return;
  const kind = CLASSES[pv1.text(2)?.toUpperCase() ?? ""] ?? null;
  const admitted = timeAt(pv1, 44, context) ?? (/^A0[14]$/.test(event) ? eventMs : null);
  if (kind === null) reject(context, CODE_MISSING, "PV1");
  else if (admitted === null) {
    if (/^A0[14]$/.test(event)) reject(context, DATE_MISSING, "PV1");
  } else {
    changes.fact({
      ...base,
      identity: "visit",
      ms: admitted,
      code: kind,
      availableMs: availableAfter(admitted, sentMs),
    });
  }
  if (TRANSFERS.has(event) && eventMs !== null) {
    const ward = pv1.text(3);
    const identity = `transfer/${eventMs}`;
    if (ward === null) reject(context, CODE_MISSING, "PV1");
    else {
      const code = `TRANSFER//LOCAL/${ward}`;
      changes.fact({ ...base, identity, ms: eventMs, code, availableMs: availableAfter(eventMs, sentMs) });
      transfers.set(underWay, { identity, ms: eventMs });
    }
  }
  if (event === CANCELS_TRANSFER) {
    const last = transfers.get(underWay);
    if (last === undefined)
      context.notes.add("ADT^A12 cancels a transfer that was not told; nothing to cancel");
    else changes.fact({ ...base, ...last, withdrawn: true, code: "", availableMs: null });
    transfers.delete(underWay);
  }
  readDischarge(facts, pv1, kind ?? "ACTCODE/UNK", base, context);
  if (event === "A03") transfers.delete(underWay);
}

function readDischarge(
  { event, eventMs, sentMs }: MessageFacts,
  pv1: Hl7Segment,
  kind: string,
  base: Filed & Pick<Fact, "unnumbered" | "perVisit" | "movement" | "source">,
  context: Hl7Context,
): void {
  const identity = "discharge";
  if (event === CANCELS_DISCHARGE) {
    for (const end of [identity, `${identity}/to`])
      context.changes.fact({
        ...base,
        identity: end,
        withdrawn: true,
        ms: eventMs ?? 0,
        code: "",
        availableMs: null,
      });
    return;
  }
  const left = timeAt(pv1, 45, context) ?? (event === "A03" ? eventMs : null);
  if (left === null) return;
  const availableMs = availableAfter(left, sentMs);
  context.changes.fact({ ...base, identity, ms: left, code: `VISIT_END//${kind}`, availableMs });
  const disposition = pv1.text(36);
  if (disposition === null) return;
  const code = `DISCHARGED_TO//LOCAL/${disposition}`;
  context.changes.fact({ ...base, identity: `${identity}/to`, ms: left, code, availableMs });
}

function readDiagnosis(segment: Hl7Segment, facts: MessageFacts, context: Hl7Context): void {
  const code = hl7Code(segment, 3);
  if (code === null) {
    reject(context, CODE_MISSING, "DG1");
    return;
  }
  const at = toldAt(segment, 5, facts, context);
  if (at === null) {
    reject(context, DATE_MISSING, "DG1");
    return;
  }
  addCoded(
    segment.text(20) ?? code.code,
    DELETE_CODES.has(segment.text(21) ?? ""),
    code,
    at,
    "DG1",
    facts,
    context,
  );
}

function readProcedure(segment: Hl7Segment, facts: MessageFacts, context: Hl7Context): void {
  const code = hl7Code(segment, 3);
  if (code === null) {
    reject(context, CODE_MISSING, "PR1");
    return;
  }
  const ms = timeAt(segment, 5, context);
  if (ms === null) {
    reject(context, DATE_MISSING, "PR1");
    return;
  }
  const withdrawn = DELETE_CODES.has(segment.text(20) ?? "");
  const at = { ms, undated: false };
  addCoded(segment.text(19) ?? `${code.code}/${ms}`, withdrawn, code, at, "PR1", facts, context);
}

/** Where the two segments of allergies have what is read. */
interface AllergyFields {
  readonly date: number;
  readonly action: number | null;
  /** HL7 table 0438: E(rroneous) is no allergy. */
  readonly status: number | null;
}
const ALLERGY_AL1: AllergyFields = { date: 6, action: null, status: null };
const ALLERGY_IAM: AllergyFields = { date: 11, action: 6, status: 17 };

function readAllergy(
  segment: Hl7Segment,
  fields: AllergyFields,
  facts: MessageFacts,
  context: Hl7Context,
): void {
  const code = hl7Code(segment, 3);
  if (code === null) {
    reject(context, CODE_MISSING, segment.name);
    return;
  }
  const at = toldAt(segment, fields.date, facts, context);
  if (at === null) {
    reject(context, DATE_MISSING, segment.name);
    return;
  }
  const withdrawn =
    (fields.action !== null && DELETE_CODES.has(segment.text(fields.action)?.toUpperCase() ?? "")) ||
    (fields.status !== null && segment.text(fields.status)?.toUpperCase() === "E");
  const allergy = { code: `ALLERGY//${code.code}`, display: code.display };
  addCoded(allergy.code, withdrawn, allergy, at, segment.name, { ...facts, visit: null }, context);
}

/** One code of one visit, or of the person where there is no visit, is one fact, however often it is told. */
function addCoded(
  id: string,
  withdrawn: boolean,
  code: { readonly code: string; readonly display: string | null },
  { ms, undated }: ToldAt,
  source: string,
  facts: MessageFacts,
  context: Hl7Context,
): void {
  context.changes.fact({
    ...filed(facts),
    identity: `${source}/${id}`,
    perVisit: true,
    withdrawn,
    ms,
    undated,
    code: code.code,
    availableMs: availableAfter(ms, facts.sentMs),
    source,
  });
  if (code.display !== null && !withdrawn) context.describe(code.code, code.display);
}

interface ToldAt {
  readonly ms: number;
  readonly undated: boolean;
}

/** The segment's own date, else the message's. */
function toldAt(segment: Hl7Segment, field: number, facts: MessageFacts, context: Hl7Context): ToldAt | null {
  const ms = timeAt(segment, field, context);
  if (ms !== null) return { ms, undated: false };
  return facts.eventMs === null ? null : { ms: facts.eventMs, undated: true };
}

function timeAt(segment: Hl7Segment, field: number, context: Hl7Context): number | null {
  const written = segment.text(field);
  if (written === null) return null;
  const time = hl7Time(written);
  if (time === null) reject(context, DATE_IMPOSSIBLE, segment.name);
  return time?.ms ?? null;
}
