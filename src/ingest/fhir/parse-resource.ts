/**
 * Parses a line that holds one resource, without what nobody reads: narratives, performers, prices and the like are
 * stepped over, and parts that come again and again are shared.
 * Invariant: all else is as `JSON.parse` gives it; null where a line is not plain enough, for the caller to parse it.
 */
import type { JsonObject } from "../json-access.ts";
import { InternedParts, isAt, type Part, textOf } from "./interned.ts";
import { type Source, skipBlank, skipString, skipValue } from "./skip-json.ts";

const [QUOTE, COMMA, COLON, OPEN_LIST, OPEN, CLOSE] = [34, 44, 58, 91, 123, 125];

/** Fields of resources that no reader looks at. A test watches that none does. */
export const UNREAD_FIELDS: ReadonlySet<string> = new Set([
  "text",
  "implicitRules",
  "language",
  "performer",
  "participant",
  "serviceProvider",
  "diagnosis",
  "account",
  "requester",
  "recorder",
  "asserter",
  "author",
  "authenticator",
  "custodian",
  "result",
  "resultsInterpreter",
  "specimen",
  "imagingStudy",
  "media",
  "referenceRange",
  "bodySite",
  "method",
  "dosageInstruction",
  "dispenseRequest",
  "substitution",
  "note",
  "insurance",
  "supportingInfo",
  "supportingInformation",
  "reasonReference",
  "basedOn",
  "partOf",
  "evidence",
  "stage",
  "report",
  "complication",
  "followUp",
  "usedReference",
  "goal",
  "addresses",
  "careTeam",
  "name",
  "telecom",
  "address",
  "contact",
  "communication",
  "photo",
  "generalPractitioner",
  "managingOrganization",
  "payor",
  "subscriber",
  "policyHolder",
  "costToBeneficiary",
  "manufacturer",
  "lotNumber",
  "site",
  "route",
  "primarySource",
  "protocolApplied",
]);

interface Field {
  readonly name: string;
  readonly unread: boolean;
  /** Two resources seldom have the same value: an id. */
  readonly unique: boolean;
  /** The value that it had the last time, where that is a text, an object or a list: those end where they end. */
  last: Part | null;
  /** The field that followed the last time. */
  next: Field | null;
}

/** There are some hundred in all of FHIR, and a hostile file is not let to make more. */
const MAX_FIELDS = 2000;

/** Reads lines of one kind after the other: what the last line had, where it had it, is tried first. */
export class ResourceParser {
  readonly #parts = new InternedParts();
  readonly #fields = new Map<string, Field>();
  #first: Field | null = null;

  /** @param end after the last byte of the line, which is followed by a blank or by nothing */
  parse(source: Source, start: number, end: number): JsonObject | null {
    const { bytes: buffer } = source;
    if (buffer[start] !== OPEN) return null;
    const resource: Record<string, unknown> = {};
    let before: Field | null = null;
    let at = skipBlank(buffer, start + 1, end);
    for (;;) {
      if (at >= end || buffer[at] !== QUOTE) return null;
      const likely: Field | null = before === null ? this.#first : before.next;
      let field: Field | null = likely !== null && isNamed(likely.name, buffer, at) ? likely : null;
      let keyEnd = field === null ? -1 : at + field.name.length + 2;
      if (field === null) {
        keyEnd = skipString(source, at, end);
        if (keyEnd < 0) return null;
        field = this.#field(buffer, at, keyEnd);
        if (field === null) return null;
        if (before === null) this.#first = field;
        else before.next = field;
      }
      at = skipBlank(buffer, keyEnd, end);
      if (at >= end || buffer[at] !== COLON) return null;
      const from = skipBlank(buffer, at + 1, end);
      const to = this.#value(source, field, from, end, resource);
      if (to < 0) return null;
      before = field;
      at = skipBlank(buffer, to, end);
      if (at >= end) return null;
      if (buffer[at] === CLOSE) break;
      if (buffer[at] !== COMMA) return null;
      at = skipBlank(buffer, at + 1, end);
    }
    return skipBlank(buffer, at + 1, end) === end ? resource : null;
  }

  /** Gives the resource its field; the position after the value, or -1. */
  #value(source: Source, field: Field, from: number, end: number, resource: Record<string, unknown>): number {
    const { bytes: buffer, view } = source;
    const { last } = field;
    const again = last === null ? null : lastOrFollower(last, view, from, end);
    if (again !== null) {
      field.last = again;
      resource[field.name] = again.value;
      return from + again.length;
    }
    const to = skipValue(source, from, end);
    if (to < 0 || field.unread) return to;
    const first = buffer[from];
    if (field.unique && first === QUOTE) {
      resource[field.name] = textOf(buffer, from, to);
      return to;
    }
    const found = this.#parts.find(source, from, to);
    resource[field.name] = found.value;
    if ("view" in found && (first === QUOTE || first === OPEN || first === OPEN_LIST)) {
      if (last?.kept === true) last.follower = found;
      field.last = found;
    }
    return to;
  }

  /** Null for a name that no field of FHIR has: escapes, other scripts, `__proto__`. */
  #field(buffer: Buffer, from: number, to: number): Field | null {
    const name = buffer.toString("latin1", from + 1, to - 1);
    const known = this.#fields.get(name);
    if (known !== undefined) return known;
    if (!/^[A-Za-z][A-Za-z0-9]*$/.test(name)) return null;
    const field = {
      name,
      unread: UNREAD_FIELDS.has(name),
      unique: name === "id",
      last: null,
      next: null,
    };
    if (this.#fields.size < MAX_FIELDS) this.#fields.set(name, field);
    return field;
  }
}

/** Which of the two stands here, if any. */
function lastOrFollower(last: Part, view: DataView, from: number, end: number): Part | null {
  if (isWithin(last, view, from, end)) return last;
  const { follower } = last;
  return follower !== null && isWithin(follower, view, from, end) ? follower : null;
}

function isWithin(part: Part, view: DataView, from: number, end: number): boolean {
  return from + part.length <= end && isAt(part, view, from);
}

/** Whether the name stands here in quotes. */
function isNamed(name: string, buffer: Buffer, from: number): boolean {
  const { length } = name;
  if (buffer[from + length + 1] !== QUOTE) return false;
  for (let i = 0; i < length; i++) if (name.charCodeAt(i) !== buffer[from + 1 + i]) return false;
  return true;
}
