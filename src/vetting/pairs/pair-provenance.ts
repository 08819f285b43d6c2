/**
 * Who vetted a whole file of question-answer pairs, when, how and under which licence: `<file>.provenance.json` beside it.
 * It holds for the very bytes that it names. A signer of the site signs it; an unsigned one only records what others
 * state, and every run that rests on it says so.
 */
import { createHash, type KeyObject } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { toJson } from "../../artefacts/canonical-json.ts";
import { isSignedBy, jsonHash, signJson } from "../../artefacts/signed-json.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import {
  PAIRS_CHANGED,
  PAIRS_PROVENANCE,
  VETTING_KEY_UNKNOWN,
  VETTING_SIGNATURE,
} from "../../errors/registry.ts";
import { type Reviewer, reviewerId } from "../statements/reviewers.ts";

const day = z.iso.date();

const provenanceSchema = z
  .strictObject({
    schema: z.literal("longitude.pair-provenance/1"),
    /** Of the file's bytes as they lie on disk. */
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    /** Institution, committee or people who vetted; never printed by a run. */
    vettedBy: z.array(z.string().min(1)).min(1),
    vettedAt: day,
    /** The last day on which it counts; null: until it is taken back. */
    expiresAt: day.nullable(),
    /** How they vetted, in a sentence. */
    method: z.string().min(1),
    source: z.string().min(1),
    licence: z.string().min(1),
    /** Field of the file with each pair's verdict; null: every pair of the file was accepted. */
    verdictField: z.string().min(1).nullable(),
    /** Nobody vetted them for clinical use. */
    demonstration: z.boolean(),
    /** A signer of the site; null with `signature`: recorded and not signed. */
    signedBy: reviewerId.nullable(),
    /** Ed25519 over the canonical JSON of everything else, base64. */
    signature: z.string().nullable(),
  })
  .refine(({ signedBy, signature }) => (signedBy === null) === (signature === null), "a signer signs");

export type PairProvenance = z.output<typeof provenanceSchema>;

export interface ReadProvenance extends PairProvenance {
  /** Hash of the whole statement. */
  readonly id: string;
  /** Public key of who signed; null where it is only recorded. */
  readonly key: string | null;
}

export function provenancePath(file: string): string {
  return `${file}.provenance.json`;
}

export function signProvenance(
  provenance: Omit<PairProvenance, "signature">,
  key: KeyObject | null,
): PairProvenance {
  const signature = key === null ? null : signJson(toJson(provenance), key);
  return provenanceSchema.parse({ ...provenance, signature });
}

/** @throws LongitudeError PAIRS_PROVENANCE, PAIRS_CHANGED, VETTING_KEY_UNKNOWN, VETTING_SIGNATURE */
export async function readProvenance(
  file: string,
  reviewers: readonly Reviewer[],
  path: string = provenancePath(file),
): Promise<ReadProvenance> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new LongitudeError(PAIRS_PROVENANCE, `nothing says who vetted ${file}: there is no ${path}`, {
      cause,
    });
  });
  let provenance: PairProvenance;
  try {
    provenance = provenanceSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new LongitudeError(PAIRS_PROVENANCE, `${path} does not say who vetted the pairs as it should`, {
      cause,
    });
  }
  const key = verified(provenance, reviewers, path);
  if ((await fileHash(file)) !== provenance.sha256)
    throw new LongitudeError(PAIRS_CHANGED, `${file} is not the file that ${path} was written for`);
  return { ...provenance, id: jsonHash(toJson(provenance)), key };
}

function verified(provenance: PairProvenance, reviewers: readonly Reviewer[], path: string): string | null {
  const { signature, ...signed } = provenance;
  if (signature === null) return null;
  const signer = reviewers.find(({ id }) => id === provenance.signedBy);
  if (signer?.publicKey === undefined || !signer.roles.includes("signer"))
    throw new LongitudeError(
      VETTING_KEY_UNKNOWN,
      `${path} is signed by somebody who is no signer of this site`,
    );
  if (!isSignedBy(toJson(signed), signature, signer.publicKey))
    throw new LongitudeError(VETTING_SIGNATURE, `the signature of ${path} does not fit what it says`);
  return signer.publicKey;
}

/** Lower-case hexadecimal SHA-256. */
export async function fileHash(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
