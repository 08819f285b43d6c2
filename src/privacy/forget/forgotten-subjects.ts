/**
 * Subject keys of persons who were taken out, sealed in the zone: random numbers that lead to nobody any more, kept so that
 * what was made with their records can still be found.
 */
import type { SubjectKey } from "../subject-keys.ts";
import type { Zone } from "../zone/zone.ts";

const NAME = "forgotten";

export async function readForgotten(zone: Zone): Promise<Set<SubjectKey>> {
  if (!(await zone.has(NAME))) return new Set();
  const parts: Buffer[] = [];
  for await (const part of zone.unseal(NAME)) parts.push(part);
  const lines = Buffer.concat(parts).toString("utf8").split("\n").filter(Boolean);
  return new Set(lines.map((line) => Number(line) as SubjectKey));
}

export async function writeForgotten(zone: Zone, subjects: ReadonlySet<SubjectKey>): Promise<void> {
  const lines = [...subjects].sort((a, b) => a - b).map((subject) => `${subject}\n`);
  await zone.seal(NAME, [Buffer.from(lines.join(""))]);
}
