/** Who may approve and waive: `governance/people.yaml` of a site, with the public keys they sign with. */
import type { KeyObject } from "node:crypto";
import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { z } from "zod";
import { publicKeyText } from "../artefacts/signed-json.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { GOVERNANCE_FILE, GOVERNANCE_PERSON } from "../errors/registry.ts";

export const ROLES = ["clinical", "technical", "governance", "trainer"] as const;
export type Role = (typeof ROLES)[number];

const personSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9.@-]{0,63}$/, "lower-case letters, digits, . @ -"),
  /** As it stands in cards and registries. */
  name: z.string().min(1),
  /** `clinical` and `technical` approve, `governance` waives and moves stages, `trainer` made the model and approves nothing. */
  roles: z.array(z.enum(ROLES)).min(1),
  /** Ed25519, SubjectPublicKeyInfo in base64. */
  publicKey: z.string().min(1),
});

export type Person = z.output<typeof personSchema>;

const fileSchema = z
  .strictObject({ people: z.array(personSchema) })
  .refine(({ people }) => new Set(people.map(({ id }) => id)).size === people.length, "an id stands twice")
  // Two ids with one key are one person, who could then approve twice.
  .refine(
    ({ people }) => new Set(people.map(({ publicKey }) => publicKey)).size === people.length,
    "a key stands twice",
  );

/** @returns nobody when the file does not exist @throws LongitudeError GOVERNANCE_FILE */
export async function readPeople(path: string): Promise<readonly Person[]> {
  try {
    return fileSchema.parse(parse(await readFile(path, "utf8"))).people;
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return [];
    throw new LongitudeError(GOVERNANCE_FILE, `${path} does not list people as it should`, { cause });
  }
}

/** The person, when they have the role. @throws LongitudeError GOVERNANCE_PERSON */
export function requirePerson(people: readonly Person[], id: string, role: Role): Person {
  const person = people.find((candidate) => candidate.id === id);
  if (person === undefined || !person.roles.includes(role)) {
    throw new LongitudeError(
      GOVERNANCE_PERSON,
      `the person named does not have the role ${role} on this site`,
    );
  }
  return person;
}

/** The person, when the key is theirs and they have the role. @throws LongitudeError GOVERNANCE_PERSON */
export function personWithKey(people: readonly Person[], id: string, role: Role, key: KeyObject): Person {
  const person = requirePerson(people, id, role);
  if (person.publicKey !== publicKeyText(key)) {
    throw new LongitudeError(
      GOVERNANCE_PERSON,
      "the key is not the one that people.yaml has for this person",
    );
  }
  return person;
}
