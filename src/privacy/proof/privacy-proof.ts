/**
 * The proof of a de-identification: what the rules did, what risk is left, and what a scan of the whole store found,
 * signed with the zone's own key (Ed25519) so that a gate can require it and anybody can check it.
 * Invariant: the signature is over the canonical JSON of everything but itself; the store is named by its content.
 */
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { z } from "zod";
import { toJson } from "../../artefacts/canonical-json.ts";
import { isSignedBy, publicKeyText, signJson } from "../../artefacts/signed-json.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { PROOF_INVALID } from "../../errors/registry.ts";
import { privacyReportSchema } from "../records/privacy-report.ts";
import type { Zone } from "../zone/zone.ts";

export const PROOF_SCHEMA = "longitude.privacy-proof/1";
const KEY_NAME = "proof-key";

const share = z.strictObject({
  value: z.number(),
  low: z.number(),
  high: z.number(),
  n: z.int(),
  method: z.string(),
});

const proofSchema = z.strictObject({
  schema: z.literal(PROOF_SCHEMA),
  site: z.string(),
  zone: z.string(),
  /** ISO 8601. */
  at: z.string(),
  /** SHA-256 over the store's data and metadata. */
  store: z.string().regex(/^[0-9a-f]{64}$/),
  report: privacyReportSchema,
  residual: z.strictObject({
    /** Identifiers of persons in the zone that were looked for. */
    identifiers: z.int(),
    read: z.record(z.string(), z.int()),
    known: z.record(z.string(), z.int()),
    /** What looks like a telephone number, a number of identity or an address, by column. */
    patterns: z.record(z.string(), z.int()),
    datesBeyondYear: z.int(),
    agesOver89: z.int(),
  }),
  /** From notes that people have read; null = nobody has yet. */
  review: z
    .strictObject({
      notes: z.int(),
      removed: z.int(),
      missed: z.int(),
      /** Marks that took out nothing that tells who somebody is; proofs of before do not say. */
      wrong: z.int().optional(),
      recall: share,
      precision: share.optional(),
      notesWithoutLeak: share,
    })
    .nullable(),
  /** Every condition with whether it holds; the proof holds when all do. */
  checks: z.array(z.strictObject({ check: z.string(), holds: z.boolean() })),
});
export type PrivacyProof = z.output<typeof proofSchema>;

export const signedProofSchema = z.strictObject({
  proof: proofSchema,
  /** SPKI, base64. */
  publicKey: z.base64(),
  signature: z.base64(),
});
export type SignedProof = z.output<typeof signedProofSchema>;

/** Signs with the key of the zone; made at the first proof, and sealed like everything else there. */
export async function signProof(zone: Zone, proof: PrivacyProof): Promise<SignedProof> {
  const privateKey = createPrivateKey({ key: await privateKeyOf(zone), format: "der", type: "pkcs8" });
  return {
    proof,
    publicKey: publicKeyText(privateKey),
    signature: signJson(toJson(proof), privateKey),
  };
}

async function privateKeyOf(zone: Zone): Promise<Buffer> {
  if (!(await zone.has(KEY_NAME))) {
    const { privateKey } = generateKeyPairSync("ed25519");
    await zone.seal(KEY_NAME, [privateKey.export({ format: "der", type: "pkcs8" })]);
  }
  const parts: Buffer[] = [];
  for await (const part of zone.unseal(KEY_NAME)) parts.push(part);
  return Buffer.concat(parts);
}

/** The public key that proofs of this zone are signed with, base64 SPKI. */
export async function proofKeyOf(zone: Zone): Promise<string> {
  const privateKey = createPrivateKey({ key: await privateKeyOf(zone), format: "der", type: "pkcs8" });
  return publicKeyText(privateKey);
}

/** What a proof is held against. Null = not known here, so not checked. */
export interface ProofExpectation {
  readonly store: string | null;
  readonly profile: string | null;
  readonly publicKey: string | null;
}

/** Reads and checks a proof. @throws PROOF_INVALID with the first thing that does not hold */
export function checkProof(content: unknown, expected: ProofExpectation): PrivacyProof {
  const parsed = signedProofSchema.safeParse(content);
  if (!parsed.success)
    throw new LongitudeError(PROOF_INVALID, `the file is no proof of schema ${PROOF_SCHEMA}`);
  const { proof, publicKey, signature } = parsed.data;
  const fail = (why: string): never => {
    throw new LongitudeError(PROOF_INVALID, why);
  };
  if (expected.publicKey !== null && expected.publicKey !== publicKey)
    fail("it was signed with another key than the zone's");
  if (!isSignedBy(toJson(proof), signature, publicKey))
    fail("its signature does not fit: it was changed after it was signed");
  if (expected.store !== null && expected.store !== proof.store)
    fail("it is of other records than those of the site now");
  if (expected.profile !== null && expected.profile !== proof.report.profile)
    fail(`it is of profile ${proof.report.profile}, the site asks for ${expected.profile}`);
  const broken = proof.checks.filter(({ holds }) => !holds);
  if (broken.length > 0) fail(`${broken.length} of its checks do not hold, the first: ${broken[0]!.check}`);
  return proof;
}
