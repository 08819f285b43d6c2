/**
 * Re-identification, the exception: a named person, for a reason, for a while. Whoever calls this has written the act into
 * the audit log first.
 * Invariant: without an open grant of that person nothing is shown; a grant ends by itself.
 */
import { z } from "zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { BREAK_GLASS_REFUSED, SUBJECT_UNKNOWN_IN_ZONE } from "../../errors/registry.ts";
import { Database, literal } from "../../timeline/database.ts";
import type { SubjectKey } from "../subject-keys.ts";
import type { Entropy } from "./key-port.ts";
import { Linkage } from "./linkage.ts";
import { unsealIdentifiers } from "./sealed-records.ts";
import type { Zone } from "./zone.ts";

const NAME = "break-glass";
const MAX_MINUTES = 240;
const MIN_REASON = 10;

const grantsSchema = z.array(z.strictObject({ person: z.string(), reason: z.string(), untilMs: z.number() }));
export type Grant = z.output<typeof grantsSchema>[number];

/** Opens the zone to a person for some minutes. @throws BREAK_GLASS_REFUSED */
export async function openGrant(
  zone: Zone,
  person: string,
  reason: string,
  minutes: number,
  nowMs: number,
): Promise<Grant> {
  if (person.trim() === "" || reason.trim().length < MIN_REASON || !(minutes > 0 && minutes <= MAX_MINUTES)) {
    throw new LongitudeError(
      BREAK_GLASS_REFUSED,
      `a grant names a person, a reason and 1 to ${MAX_MINUTES} minutes`,
    );
  }
  const grant = { person, reason, untilMs: nowMs + minutes * 60_000 };
  const open = (await readGrants(zone)).filter(({ untilMs }) => untilMs > nowMs);
  await zone.seal(NAME, [Buffer.from(JSON.stringify([...open, grant]))]);
  return grant;
}

/** The person's grant that is open now. @throws BREAK_GLASS_REFUSED */
export async function grantOf(zone: Zone, person: string, nowMs: number): Promise<Grant> {
  const grant = (await readGrants(zone)).find((one) => one.person === person && one.untilMs > nowMs);
  if (grant === undefined)
    throw new LongitudeError(BREAK_GLASS_REFUSED, "this person has no grant that is open now");
  return grant;
}

async function readGrants(zone: Zone): Promise<Grant[]> {
  if (!(await zone.has(NAME))) return [];
  const parts: Buffer[] = [];
  for await (const part of zone.unseal(NAME)) parts.push(part);
  return grantsSchema.parse(JSON.parse(Buffer.concat(parts).toString("utf8")));
}

export interface IdentifiedPerson {
  readonly subject: SubjectKey;
  readonly identifiers: readonly { readonly kind: string; readonly value: string }[];
}

/** Who a subject key stands for. @throws SUBJECT_UNKNOWN_IN_ZONE, BREAK_GLASS_REFUSED */
export async function reidentify(
  zone: Zone,
  entropy: Entropy,
  subject: SubjectKey,
  person: string,
  nowMs: number,
): Promise<IdentifiedPerson> {
  await grantOf(zone, person, nowMs);
  const link = (await Linkage.read(zone, entropy)).ofSubject(subject);
  if (link === null)
    throw new LongitudeError(SUBJECT_UNKNOWN_IN_ZONE, "the linkage table has no such subject key");
  const database = await Database.open();
  try {
    const file = await unsealIdentifiers(zone, await zone.workFolder());
    const rows = await database.rows(
      `SELECT kind, value FROM read_parquet(${literal(file)}) WHERE subject_id = ${link.raw} AND kind IN ('name', 'number', 'date') ORDER BY kind, value`,
    );
    return {
      subject,
      identifiers: rows.map((row) => ({ kind: String(row.kind), value: String(row.value) })),
    };
  } finally {
    database.close();
    await zone.clearWork();
  }
}
