/**
 * ADT messages that say whose a record is: merges, links, moves, and changes of identifiers (chapter 3 of the standard).
 * MRG names what was; PID and PV1 of the same group name what is. What was filed under the one belongs to the other.
 */
import type { Move } from "./hl7-changes.ts";
import type { Hl7Context } from "./hl7-context.ts";
import type { Hl7Message, Hl7Segment } from "./hl7-message.ts";
import { hl7Time } from "./hl7-time.ts";
import { authorityAt, identifierAt, withAuthority } from "./read-person.ts";

/** Replace one patient identifier by another, in the words of the different versions. */
const MERGES = new Set(["A18", "A30", "A34", "A36", "A39", "A40", "A46", "A47", "A48"]);
/** An identifier that was somebody else's is this person's. */
const MOVES_IDENTIFIER = "A43";
/** One account or visit becomes another, or another person's. */
const MOVES: Readonly<Record<string, Move["level"]>> = {
  A35: "account",
  A36: "account",
  A41: "account",
  A44: "account",
  A49: "account",
  A42: "visit",
  A45: "visit",
  A50: "visit",
};
const NUMBER_OF_ALTERNATE_VISIT = "A51";
const LINK = "A24";
const UNLINK = "A37";
const PRIOR_ACCOUNT = 3;
const PRIOR_VISIT = 5;

/** They bring nothing but identities and demographics. */
export const IDENTITY_EVENTS: ReadonlySet<string> = new Set([
  ...MERGES,
  ...Object.keys(MOVES),
  MOVES_IDENTIFIER,
  NUMBER_OF_ALTERNATE_VISIT,
  LINK,
  UNLINK,
]);

export function readIdentities(message: Hl7Message, context: Hl7Context): void {
  const { message: type, event } = message.type;
  if (type !== "ADT" || !IDENTITY_EVENTS.has(event)) return;
  if (event === LINK || event === UNLINK) {
    readLink(message, event === LINK ? "link" : "unlink", context);
    return;
  }
  if (event === NUMBER_OF_ALTERNATE_VISIT) {
    context.notes.add("ADT^A51 changes an alternate visit number, which nothing is filed under");
    return;
  }
  for (const group of groupsOf(message)) {
    if (MERGES.has(event)) readMerge(group, context);
    if (event === MOVES_IDENTIFIER) readMovedIdentifier(group, context);
    const level = MOVES[event];
    if (level !== undefined) readMove(group, level, message, context);
  }
}

/** What was (MRG), and what is. */
interface Group {
  readonly pid: Hl7Segment;
  readonly mrg: Hl7Segment;
  readonly pv1: Hl7Segment | null;
  readonly survivor: string;
}

function* groupsOf(message: Hl7Message): Generator<Group> {
  let pid: Hl7Segment | null = null;
  const { segments } = message;
  for (const [i, segment] of segments.entries()) {
    if (segment.name === "PID") pid = segment;
    const survivor = identifierAt(pid, 3);
    if (segment.name !== "MRG" || pid === null || survivor === null) continue;
    const after = segments.slice(i + 1);
    const next = after.findIndex(({ name }) => name === "MRG" || name === "PID");
    const pv1 = (next < 0 ? after : after.slice(0, next)).find(({ name }) => name === "PV1") ?? null;
    yield { pid, mrg: segment, pv1, survivor };
  }
}

/** Identifiers of MRG-1; one without an authority is of the survivor's too. */
function* priorsOf({ pid, mrg }: Group, context: Hl7Context): Generator<string> {
  const own = authorityOf(pid);
  for (let repetition = 1; repetition <= mrg.repetitions(1); repetition++) {
    const id = mrg.text(1, 1, repetition);
    if (id === null) continue;
    const authority = authorityAt(mrg, 1, repetition);
    yield withAuthority(id, authority);
    if (authority !== null || own === null) continue;
    context.notes.add("MRG-1 without an assigning authority; taken as that of PID-3");
    yield withAuthority(id, own);
  }
}

function authorityOf(pid: Hl7Segment): string | null {
  const person = identifierAt(pid, 3);
  for (let repetition = 1; repetition <= pid.repetitions(3); repetition++) {
    const authority = authorityAt(pid, 3, repetition);
    if (withAuthority(pid.text(3, 1, repetition) ?? "", authority) === person) return authority;
  }
  return null;
}

function readMerge(group: Group, context: Hl7Context): void {
  for (const prior of priorsOf(group, context)) context.changes.identity("merge", prior, group.survivor);
}

/** The same identifier in PID-3 and MRG-1: it leaves whomever it was merged into. Another: its records come along. */
function readMovedIdentifier(group: Group, context: Hl7Context): void {
  for (const prior of priorsOf(group, context)) {
    context.changes.identity("part", prior, prior);
    if (prior !== group.survivor) context.changes.identity("merge", prior, group.survivor);
  }
}

function readMove(group: Group, level: Move["level"], message: Hl7Message, context: Hl7Context): void {
  const { pid, mrg, pv1, survivor } = group;
  const was = mrg.text(level === "account" ? PRIOR_ACCOUNT : PRIOR_VISIT);
  const is = level === "account" ? pid.text(18) : (pv1?.text(19) ?? null);
  const priorNumber = was ?? is;
  const number = is ?? was;
  if (priorNumber === null || number === null) {
    context.notes.add(`ADT^${message.type.event} names no ${level}; nothing to move`);
    return;
  }
  const sent = hl7Time(message.header.text(7) ?? "")?.ms ?? null;
  const priors = new Set(priorsOf(group, context));
  if (priors.size === 0) priors.add(survivor);
  for (const prior of priors) {
    if (prior === survivor && priorNumber === number) continue;
    context.changes.move({
      level,
      prior,
      priorNumber,
      survivor,
      number,
      ms: prior === survivor ? null : sent,
    });
  }
}

function readLink(message: Hl7Message, change: "link" | "unlink", context: Hl7Context): void {
  const persons = message.segments
    .filter(({ name }) => name === "PID")
    .map((segment) => identifierAt(segment, 3))
    .filter((person) => person !== null);
  const [first, second] = persons;
  if (first === undefined || second === undefined || first === second) {
    context.notes.add(`ADT^${message.type.event} names fewer than two persons; nothing to ${change}`);
    return;
  }
  context.changes.identity(change, second, first);
}
