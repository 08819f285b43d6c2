/** The people whose word counts on a site: `reviewers.yaml` in its vetting folder, with the public keys they sign with. */
import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { z } from "zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { VETTING_FILE, VETTING_REVIEWER } from "../../errors/registry.ts";

export const REVIEWERS_FILE = "reviewers.yaml";

export const REVIEWER_ROLES = ["reviewer", "adjudicator", "signer"] as const;
export type ReviewerRole = (typeof REVIEWER_ROLES)[number];

export const reviewerId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.@-]{0,63}$/, "lower-case letters, digits, . @ -");

const reviewerSchema = z.strictObject({
  id: reviewerId,
  /** As it stands in reports. */
  name: z.string().min(1),
  /** `reviewer` reviews, `adjudicator` decides between two reviews, `signer` signs versions. */
  roles: z.array(z.enum(REVIEWER_ROLES)).min(1),
  /** Ed25519, SubjectPublicKeyInfo in base64; needed by a signer. */
  publicKey: z.string().optional(),
  /** No clinician: shows how vetting works. What only such people vetted is not for clinical use. */
  demonstration: z.boolean().default(false),
});

const fileSchema = z.strictObject({ reviewers: z.array(reviewerSchema) });

export type Reviewer = z.output<typeof reviewerSchema>;

/** @returns nobody when the file does not exist */
export async function readReviewers(path: string): Promise<Reviewer[]> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (text === null) return [];
  try {
    const { reviewers } = fileSchema.parse(parse(text));
    for (const reviewer of reviewers) if (reviewer.publicKey !== undefined) publicKeyOf(reviewer.publicKey);
    if (new Set(reviewers.map(({ id }) => id)).size < reviewers.length) throw new TypeError("an id twice");
    return reviewers;
  } catch (cause) {
    throw new LongitudeError(VETTING_FILE, `${path} does not list reviewers as it should`, { cause });
  }
}

/** @throws LongitudeError VETTING_REVIEWER */
export function requireReviewer(reviewers: readonly Reviewer[], id: string, role: ReviewerRole): Reviewer {
  const found = reviewers.find((reviewer) => reviewer.id === id);
  if (found?.roles.includes(role) !== true) {
    throw new LongitudeError(VETTING_REVIEWER, `the person named is not a ${role} of this site`);
  }
  return found;
}

export function publicKeyOf(base64: string): KeyObject {
  return createPublicKey({ key: Buffer.from(base64, "base64"), format: "der", type: "spki" });
}

/** A new pair: the public half for reviewers.yaml, the private one (PKCS #8, PEM) for its owner alone. */
export function createSigningKey(): { readonly publicKey: string; readonly privateKeyPem: string } {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  return {
    publicKey: publicKey.export({ format: "der", type: "spki" }).toString("base64"),
    privateKeyPem: privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
  };
}
