/**
 * A signed statement that experts have vetted one version of one definition: `vetted.ndjson` in a site's vetting folder.
 * Invariant: a statement that is read was signed with the key of a known signer and has not been changed since.
 */
import type { KeyObject } from "node:crypto";
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { toJson } from "../../artefacts/canonical-json.ts";
import { isSignedBy, signJson } from "../../artefacts/signed-json.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { VETTING_FILE, VETTING_KEY_UNKNOWN, VETTING_SIGNATURE } from "../../errors/registry.ts";
import { type Reviewer, reviewerId } from "./reviewers.ts";

export const STATEMENTS_FILE = "vetted.ndjson";

export const DEFINITION_KINDS = [
  "outcome",
  "concept set",
  "mapping",
  "unit",
  "plausibility",
  "knowledge",
  "answer",
] as const;
export type DefinitionKind = (typeof DEFINITION_KINDS)[number];

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, "a day, YYYY-MM-DD");

const statementSchema = z
  .strictObject({
    schema: z.literal("longitude.vetted/1"),
    kind: z.enum(DEFINITION_KINDS),
    name: z.string().min(1),
    /** Of what was vetted (content-hash.ts). */
    contentHash: sha256,
    /** `withdrawn` takes back an earlier approval of the same content. */
    verdict: z.enum(["approved", "withdrawn"]),
    vettedAt: day,
    /** The last day on which it counts. */
    expiresAt: day,
    reviewers: z.array(reviewerId).min(2),
    /** Who decided when the reviewers differed. */
    adjudicator: reviewerId.nullable(),
    /** On which evidence: a source or a measure, one line each. */
    evidence: z.array(z.string().min(1)).min(1),
    /** Other definitions that this one was vetted together with; a change of one of them makes this one stale. */
    dependsOn: z.array(
      z.strictObject({ kind: z.enum(DEFINITION_KINDS), name: z.string(), contentHash: sha256 }),
    ),
    signedBy: reviewerId,
    /** Ed25519 over the canonical JSON of everything else, base64. */
    signature: z.string(),
  })
  .refine(({ reviewers }) => new Set(reviewers).size === reviewers.length, "reviewers are different people")
  .refine(
    ({ reviewers, adjudicator }) => !reviewers.includes(adjudicator ?? ""),
    "the adjudicator is a third",
  );

export type VettedStatement = z.output<typeof statementSchema>;

export function signStatement(
  statement: Omit<VettedStatement, "signature">,
  key: KeyObject,
): VettedStatement {
  return statementSchema.parse({
    ...statement,
    signature: signJson(toJson(statement), key),
  });
}

/** @throws LongitudeError VETTING_KEY_UNKNOWN, VETTING_SIGNATURE */
function verifyStatement(statement: VettedStatement, reviewers: readonly Reviewer[]): void {
  const { signature, ...signed } = statement;
  const signer = reviewers.find(({ id }) => id === statement.signedBy);
  const where = `${statement.kind} ${statement.name}`;
  if (signer?.publicKey === undefined || !signer.roles.includes("signer")) {
    throw new LongitudeError(
      VETTING_KEY_UNKNOWN,
      `${where} is signed by somebody who is no signer of this site`,
    );
  }
  if (!isSignedBy(toJson(signed), signature, signer.publicKey)) {
    throw new LongitudeError(VETTING_SIGNATURE, `the signature of ${where} does not fit what it says`);
  }
}

/** @returns none when the file does not exist @throws LongitudeError VETTING_FILE, VETTING_KEY_UNKNOWN, VETTING_SIGNATURE */
export async function readStatements(
  path: string,
  reviewers: readonly Reviewer[],
): Promise<VettedStatement[]> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  return text.split("\n").flatMap((line, i) => {
    if (line.trim() === "") return [];
    let statement: VettedStatement;
    try {
      statement = statementSchema.parse(JSON.parse(line));
    } catch (cause) {
      throw new LongitudeError(VETTING_FILE, `${path}:${i + 1} is not a vetted statement`, { cause });
    }
    verifyStatement(statement, reviewers);
    return [statement];
  });
}
