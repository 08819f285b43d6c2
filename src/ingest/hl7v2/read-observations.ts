/**
 * OBX: results below an order (ORU, VXU), and what is measured at an encounter (ADT).
 * A result is told again with another status: preliminary, final, corrected. The last word counts; a deleted or wrongly
 * assigned one is withdrawn.
 */
import {
  CODE_MISSING,
  DATE_IMPOSSIBLE,
  DATE_MISSING,
  UNIT_UNKNOWN,
  VALUE_NOT_NUMERIC,
} from "../../errors/registry.ts";
import { recogniseUnit } from "../unit.ts";
import { hl7Code } from "./hl7-code.ts";
import { availableAfter, filed, type Hl7Context, type MessageFacts, reject } from "./hl7-context.ts";
import type { Hl7Segment } from "./hl7-message.ts";
import { hl7Time } from "./hl7-time.ts";
import { obxValue } from "./observation-value.ts";

/** Deleted; wrong patient; cannot be obtained. */
const WITHDRAWN = new Set(["D", "W", "X"]);
/** Pending; not asked; order detail only. */
const NO_RESULT = new Set(["I", "N", "O"]);

/** The order that results stand below. */
export interface ResultGroup {
  /** Filler's number, else placer's; null outside of an order. */
  readonly order: string | null;
  readonly ms: number | null;
  readonly releasedMs: number | null;
  /** How often each code has stood in this group so far, to tell lines of one report apart. */
  readonly seen: Map<string, number>;
}

export function resultGroup(obr: Hl7Segment | null, orc: Hl7Segment | null): ResultGroup {
  const number = (segment: Hl7Segment | null, field: number): string | null => {
    const id = segment?.text(field) ?? null;
    return id === null ? null : `${id}^${segment!.text(field, 2) ?? ""}`;
  };
  return {
    order: number(obr, 3) ?? number(orc, 3) ?? number(obr, 2) ?? number(orc, 2),
    ms: msAt(obr, 7),
    releasedMs: msAt(obr, 22),
    seen: new Map(),
  };
}

/** Consecutive text lines of one code are one text: laboratories send a report line by line. */
export function readObservations(
  segments: readonly Hl7Segment[],
  group: ResultGroup,
  facts: MessageFacts,
  context: Hl7Context,
): void {
  for (let i = 0; i < segments.length; i++) {
    const lines: string[] = [];
    while (i + 1 < segments.length && continues(segments[i]!, segments[i + 1]!)) {
      lines.push(segments[i]!.lines(5) ?? "");
      i += 1;
    }
    readObservation(segments[i]!, lines, group, facts, context);
  }
}

function continues(line: Hl7Segment, next: Hl7Segment): boolean {
  const isText = (obx: Hl7Segment): boolean => /^(TX|FT)$/.test(obx.text(2)?.toUpperCase() ?? "");
  return isText(line) && isText(next) && [3, 4, 11, 14].every((field) => line.raw(field) === next.raw(field));
}

function readObservation(
  obx: Hl7Segment,
  before: readonly string[],
  group: ResultGroup,
  facts: MessageFacts,
  context: Hl7Context,
): void {
  const { tally, notes } = context;
  const code = hl7Code(obx, 3);
  if (code === null) {
    reject(context, CODE_MISSING, "OBX");
    return;
  }
  const status = obx.text(11)?.toUpperCase() ?? "F";
  if (NO_RESULT.has(status)) {
    tally.add("not an event", `result status ${status}`, "OBX");
    return;
  }
  const written = obx.text(14);
  const ms = written === null ? (group.ms ?? (group.order === null ? facts.eventMs : null)) : msAt(obx, 14);
  const withdrawn = WITHDRAWN.has(status);
  if (ms === null && !withdrawn) {
    reject(context, written === null ? DATE_MISSING : DATE_IMPOSSIBLE, "OBX");
    return;
  }
  const sub = obx.raw(4);
  const place = `${code.code}/${sub}`;
  const count = group.seen.get(place) ?? 0;
  group.seen.set(place, count + 1);
  const identity = `OBX/${group.order ?? `at ${ms ?? ""}`}/${place}/${count}`;
  const known = { ...filed(facts), identity, source: "OBX" };
  if (withdrawn) {
    context.changes.fact({ ...known, withdrawn, ms: ms ?? 0, code: code.code, availableMs: null });
    tally.add("not an event", `result status ${status}`, "OBX");
    return;
  }
  const value = obxValue(obx);
  if (value === "attachment") {
    tally.add("not an event", "attachment", "OBX");
    return;
  }
  if (value === null && before.length === 0) {
    tally.add("not an event", "no result (data absent)", "OBX");
    return;
  }
  const type = obx.text(2)?.toUpperCase();
  if (type === "NM" && value?.number == null) {
    reject(context, VALUE_NOT_NUMERIC, "OBX");
    return;
  }
  const unitText = value?.number == null ? null : (obx.text(6) ?? obx.text(6, 2));
  const unit = unitText === null ? null : recogniseUnit(unitText, context.unitAliases);
  if (unitText !== null && unit === null) {
    context.unknownUnits.add(code.code);
    reject(context, UNIT_UNKNOWN, "OBX");
    return;
  }
  if (unit !== unitText) notes.add("unit respelled in UCUM");
  if (value?.compared === true) notes.add("value with a comparator (<, >) kept as the number");
  if (status === "P") notes.add("preliminary result");
  if (status === "C") notes.add("corrected result");
  context.changes.fact({
    ...known,
    ms: ms!,
    code: value?.answer == null ? code.code : `${code.code}//${value.answer.code}`,
    numericValue: value?.number ?? null,
    textValue: before.length > 0 ? [...before, value?.text ?? ""].join("\n").trim() : (value?.text ?? null),
    unit,
    availableMs: availableAfter(ms!, group.releasedMs ?? facts.sentMs),
  });
  if (code.display !== null) context.describe(code.code, code.display);
}

function msAt(segment: Hl7Segment | null, field: number): number | null {
  const written = segment?.text(field) ?? null;
  return written === null ? null : (hl7Time(written)?.ms ?? null);
}
