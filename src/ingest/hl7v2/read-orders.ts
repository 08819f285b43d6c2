/** OML, ORM, RDE, RAS, VXU: what is ordered, encoded by the pharmacy, and given. MDM: documents. */
import { CODE_MISSING, DATE_IMPOSSIBLE, DATE_MISSING } from "../../errors/registry.ts";
import { hl7Code } from "./hl7-code.ts";
import { availableAfter, filed, type Hl7Context, type MessageFacts, reject } from "./hl7-context.ts";
import type { Hl7Segment } from "./hl7-message.ts";
import { hl7Time } from "./hl7-time.ts";

/** Order control: cancelled, cancelled as requested, voided. A discontinued order had begun and stays. */
const CANCELLED = new Set(["CA", "CR", "OC", "UC"]);
const NOT_GIVEN: Readonly<Record<string, string>> = { RE: "refused", NA: "not administered" };

interface Order {
  readonly orc: Hl7Segment | null;
  readonly facts: MessageFacts;
  readonly context: Hl7Context;
}

/** OBR of an OML or ORM: `ORDER//` and the code, apart from the result. */
export function readLaboratoryOrder(obr: Hl7Segment, order: Order): void {
  const number = obr.text(2) ?? order.orc?.text(2) ?? obr.text(3) ?? order.orc?.text(3) ?? null;
  addOrder(obr, 4, "ORDER//", number, timeOf(order, [order.orc, 9], [obr, 6], [obr, 7]), order);
}

/** RXE: a drug as the pharmacy encoded it. Before TQ1 (version 2.5) its timing stands in RXE-1 or ORC-7, 4th component. */
export function readPharmacyOrder(rxe: Hl7Segment, timing: Hl7Segment | null, order: Order): void {
  const number = order.orc?.text(2) ?? order.orc?.text(3) ?? null;
  addOrder(
    rxe,
    2,
    "",
    number,
    timeOf(order, [timing, 7], [rxe, 1, 4], [order.orc, 7, 4], [order.orc, 15], [order.orc, 9]),
    order,
  );
}

/** RXA: a drug or vaccine as it was given. */
export function readAdministration(rxa: Hl7Segment, order: Order): void {
  const { context, facts } = order;
  const status = rxa.text(20)?.toUpperCase() ?? "";
  const none = NOT_GIVEN[status];
  if (none !== undefined) {
    context.tally.add("not an event", none, "RXA");
    return;
  }
  const ms = timeOf(order, [rxa, 3]);
  if (ms === null) {
    reject(context, rxa.text(3) === null ? DATE_MISSING : DATE_IMPOSSIBLE, "RXA");
    return;
  }
  const code = hl7Code(rxa, 5);
  if (code === null) {
    reject(context, CODE_MISSING, "RXA");
    return;
  }
  const number = order.orc?.text(3) ?? order.orc?.text(2) ?? "";
  context.changes.fact({
    ...filed(facts),
    identity: `RXA/${number}/${code.code}/${ms}`,
    withdrawn: rxa.text(21)?.toUpperCase() === "D",
    ms,
    code: code.code,
    availableMs: availableAfter(ms, facts.sentMs),
    source: "RXA",
  });
  if (code.display !== null) context.describe(code.code, code.display);
}

function addOrder(
  segment: Hl7Segment,
  field: number,
  prefix: string,
  number: string | null,
  ms: number | null,
  { orc, facts, context }: Order,
): void {
  const code = hl7Code(segment, field);
  if (code === null) {
    reject(context, CODE_MISSING, segment.name);
    return;
  }
  const withdrawn = CANCELLED.has(orc?.text(1)?.toUpperCase() ?? "");
  if (ms === null && !withdrawn) {
    reject(context, DATE_MISSING, segment.name);
    return;
  }
  context.changes.fact({
    ...filed(facts),
    identity: `${segment.name}/${number ?? `at ${ms}`}/${code.code}`,
    withdrawn,
    ms: ms ?? 0,
    code: prefix + code.code,
    availableMs: ms === null ? null : availableAfter(ms, facts.sentMs),
    source: segment.name,
  });
  if (withdrawn) context.tally.add("not an event", "order cancelled", segment.name);
  else if (code.display !== null) context.describe(prefix + code.code, code.display);
}

/** A document with its text. MDM^T11 cancels it, T10 puts it in the place of its parent; T01 and the like bring no text. */
export function readDocument(
  txa: Hl7Segment,
  content: readonly Hl7Segment[],
  facts: MessageFacts,
  context: Hl7Context,
): void {
  const id = txa.text(12) ?? null;
  const ms =
    [4, 6, 7, 22].map((field) => hl7Time(txa.text(field) ?? "")?.ms ?? null).find((at) => at !== null) ??
    facts.eventMs;
  const type = txa.text(2);
  if (type === null) {
    reject(context, CODE_MISSING, "TXA");
    return;
  }
  if (ms === null) {
    reject(context, DATE_MISSING, "TXA");
    return;
  }
  const base = { ...filed(facts), ms, source: "TXA", availableMs: null };
  const code = type.match(/^\d{1,7}-\d$/) === null ? `LOCAL/${type}` : `LOINC/${type}`;
  const identity = `TXA/${id ?? `at ${ms}/${type}`}`;
  if (facts.event === "T11" || txa.text(17)?.toUpperCase() === "CA" || txa.text(19)?.toUpperCase() === "CA") {
    context.changes.fact({ ...base, identity, withdrawn: true, code });
    context.tally.add("not an event", "document cancelled", "TXA");
    return;
  }
  const parent = txa.text(13);
  if (facts.event === "T09" || facts.event === "T10") {
    if (parent !== null) context.changes.fact({ ...base, identity: `TXA/${parent}`, withdrawn: true, code });
  }
  const text = content
    .filter((obx) => !/^(ED|RP)$/.test(obx.text(2) ?? ""))
    .map((obx) => obx.lines(5) ?? "")
    .join("\n")
    .trim();
  if (text === "") {
    context.tally.add("not an event", "document without text", "TXA");
    return;
  }
  const known = hl7Time(txa.text(22) ?? "")?.ms ?? facts.sentMs;
  context.changes.fact({ ...base, identity, code, textValue: text, availableMs: availableAfter(ms, known) });
}

function timeOf(
  { context }: Order,
  ...places: readonly (readonly [segment: Hl7Segment | null, field: number, component?: number])[]
): number | null {
  for (const [segment, field, component] of places) {
    const written = segment?.text(field, component) ?? null;
    if (written === null) continue;
    const time = hl7Time(written);
    if (time !== null) return time.ms;
    context.notes.add(`${segment!.name}-${field} is no date`);
  }
  return null;
}
