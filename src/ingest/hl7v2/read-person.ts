/** PID: who the message is about. */
import { DATE_IMPOSSIBLE } from "../../errors/registry.ts";
import type { Hl7Context } from "./hl7-context.ts";
import type { Hl7Message, Hl7Segment } from "./hl7-message.ts";
import { hl7Time } from "./hl7-time.ts";

const SEX: Readonly<Record<string, string>> = { M: "M", F: "F", O: "O", A: "O", N: "O", X: "O", U: "U" };
/** Of several identifiers the first of this order is the person; others, such as a policy number, may be shared. */
const ID_TYPES = ["MR", "PI", "PT", "MRN", "SS"];
/** The person's identifier with its assigning authority; null when the field is empty. */
export function identifierAt(segment: Hl7Segment | null, field: number): string | null {
  if (segment === null) return null;
  let best: { id: string; rank: number } | null = null;
  for (let repetition = 1; repetition <= segment.repetitions(field); repetition++) {
    const id = segment.text(field, 1, repetition);
    if (id === null) continue;
    const type = segment.text(field, 5, repetition) ?? "";
    const rank = ID_TYPES.includes(type) ? ID_TYPES.indexOf(type) : ID_TYPES.length;
    if (best === null || rank < best.rank)
      best = { id: withAuthority(id, authorityAt(segment, field, repetition)), rank };
  }
  return best?.id ?? null;
}

/** Who assigned the identifier: a name of the site's own, else its universal identifier. */
export function authorityAt(segment: Hl7Segment, field: number, repetition: number): string | null {
  return segment.text(field, 4, repetition) ?? segment.text(field, 4, repetition, 2);
}

export function withAuthority(id: string, authority: string | null): string {
  return authority === null ? id : `${authority}|${id}`;
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
