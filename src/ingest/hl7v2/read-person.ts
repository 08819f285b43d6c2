/** PID and MRG: who the message is about, and who has turned out to be the same person. */
import { DATE_IMPOSSIBLE } from "../../errors/registry.ts";
import type { Hl7Context } from "./hl7-context.ts";
import type { Hl7Message, Hl7Segment } from "./hl7-message.ts";
import { hl7Time } from "./hl7-time.ts";

const SEX: Readonly<Record<string, string>> = { M: "M", F: "F", O: "O", A: "O", N: "O", X: "O", U: "U" };
/** Of several identifiers the first of this order is the person; others, such as a policy number, may be shared. */
const ID_TYPES = ["MR", "PI", "PT", "MRN", "SS"];
/** Replace one patient identifier by another, in the words of the different versions. */
const MERGES = new Set(["A18", "A30", "A34", "A35", "A36", "A39", "A40"]);
const UNDONE = new Set(["A37", "A43", "A44", "A45", "A47", "A49", "A50", "A51"]);

/** The person's identifier with its assigning authority; null when the field is empty. */
export function identifierAt(segment: Hl7Segment | null, field: number): string | null {
  if (segment === null) return null;
  let best: { id: string; rank: number } | null = null;
  for (let repetition = 1; repetition <= segment.repetitions(field); repetition++) {
    const id = segment.text(field, 1, repetition);
    if (id === null) continue;
    const type = segment.text(field, 5, repetition) ?? "";
    const rank = ID_TYPES.includes(type) ? ID_TYPES.indexOf(type) : ID_TYPES.length;
    const authority = segment.text(field, 4, repetition);
    if (best === null || rank < best.rank)
      best = { id: authority === null ? id : `${authority}|${id}`, rank };
  }
  return best?.id ?? null;
}

/** Who the message is about, and what it says of them; null when it names nobody. */
export function readPerson(message: Hl7Message, context: Hl7Context): string | null {
  const segment = message.first("PID");
  const person = identifierAt(segment, 3);
  if (segment === null || person === null) return null;
  const birth = dateAt(segment, 7, context);
  const death = dateAt(segment, 29, context);
  const indicator = segment.text(30)?.toUpperCase() ?? null;
  const alive = indicator === "N" || segment.isNulled(29);
  context.changes.person({
    person,
    birthMs: birth?.ms ?? null,
    sex: SEX[segment.text(8)?.toUpperCase() ?? ""] ?? null,
    death: alive ? "alive" : death !== null || indicator === "Y" ? "dead" : null,
    deathMs: alive ? null : (death?.ms ?? null),
    deathLastMs: alive ? null : (death?.endMs ?? null),
  });
  if (indicator === "Y" && death === null)
    context.notes.add("PID-30 says dead, PID-29 has no date; kept without a death");
  return person;
}

/** A patient who was registered twice: what was said of the prior identifiers belongs to the surviving one. */
export function readMerges(message: Hl7Message, context: Hl7Context): void {
  const { message: type, event } = message.type;
  if (type !== "ADT") return;
  if (UNDONE.has(event)) context.notes.add(`ADT^${event} moves or unlinks records; not applied`);
  if (!MERGES.has(event)) return;
  let survivor: string | null = null;
  for (const segment of message.segments) {
    if (segment.name === "PID") survivor = identifierAt(segment, 3);
    if (segment.name !== "MRG" || survivor === null) continue;
    for (let repetition = 1; repetition <= segment.repetitions(1); repetition++) {
      const id = segment.text(1, 1, repetition);
      const authority = segment.text(1, 4, repetition);
      if (id !== null) context.changes.merge(authority === null ? id : `${authority}|${id}`, survivor);
    }
  }
}

function dateAt(
  segment: Hl7Segment,
  field: number,
  context: Hl7Context,
): { ms: number; endMs: number } | null {
  const written = segment.text(field);
  if (written === null) return null;
  const time = hl7Time(written);
  if (time === null) context.tally.reject(DATE_IMPOSSIBLE, "PID");
  return time;
}
