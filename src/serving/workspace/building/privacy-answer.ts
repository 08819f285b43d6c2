/**
 * The site's proof of de-identification as it was signed (`SITE/privacy/proof.json`), whether its signature fits, and whether
 * it is of the newest records. The server holds no key of the identified zone, so that the key is the zone's own is checked
 * by `longitude privacy verify`, and the page says so.
 * Invariant: a number of persons below the minimum cell is withheld.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import { builtArtefacts } from "../../../artefacts/built-artefacts.ts";
import { canonicalJson, toJson } from "../../../artefacts/canonical-json.ts";
import { isSignedBy } from "../../../artefacts/signed-json.ts";
import { type PrivacyProof, signedProofSchema } from "../../../privacy/proof/privacy-proof.ts";
import { PRIVACY_JSON, privacyReportSchema } from "../../../privacy/records/privacy-report.ts";
import { isoTime } from "../../../state/value-parsers.ts";
import { datasetContentHash } from "../../../timeline/content-hash.ts";
import { readDatasetLayout } from "../../../timeline/dataset-layout.ts";
import type { ServerContext } from "../../server-context.ts";
import { readJson } from "./read-json.ts";
import { SAFE_HARBOR } from "./safe-harbor.table.ts";

const MINIMUM_CELL = 11;

const proof = signedProofSchema.shape.proof.shape;
const report = proof.report.shape;

export const privacyAnswerSchema = z.strictObject({
  at: z.string(),
  minimumCell: z.int(),
  /** Whether the newest records were de-identified; null where there are none. */
  deidentified: z.boolean().nullable(),
  /** When the newest records were made. */
  recordsAt: z.string().nullable(),
  /** Null: there is none, or one of another version. */
  proof: z
    .strictObject({
      madeAt: z.string(),
      holds: z.boolean(),
      /** Whether it is as it was signed. */
      signed: z.boolean(),
      /** Short hash of the public key, to compare with what `longitude privacy verify` trusts. */
      key: z.string(),
      store: z.string(),
      /** Whether the newest records were de-identified as it tells; null where they do not tell. */
      ofNewest: z.boolean().nullable(),
      profile: report.profile,
      checks: proof.checks,
      review: proof.review,
      risk: report.risk,
      riskBefore: report.riskBefore,
      riskLimit: report.riskLimit,
      /** Null: some, but fewer than the minimum cell. */
      persons: z.record(z.string(), z.int().nullable()),
      residual: proof.residual,
      rules: report.rules,
      /** Of the export, which no rule knows: left out unread. */
      unknownElements: z.array(z.string()),
      /** False where the export was read column by column, and no element was counted. */
      byElement: z.boolean(),
      identifiers: z.array(
        z.strictObject({
          letter: z.string(),
          title: z.string(),
          elements: z.array(z.strictObject({ element: z.string(), class: z.string(), count: z.int() })),
        }),
      ),
    })
    .nullable(),
});

export const storeCheckSchema = z.strictObject({
  at: z.string(),
  /** Whether the newest records are, byte by byte, those that the proof names; null where one of both is missing. */
  same: z.boolean().nullable(),
});

export type PrivacyAnswer = z.output<typeof privacyAnswerSchema>;
export type StoreCheck = z.output<typeof storeCheckSchema>;

export async function privacyAnswer({ folder, effects }: ServerContext): Promise<PrivacyAnswer> {
  const records = await newestRecords(folder);
  const signed = await readProof(folder);
  const own =
    records === undefined ? null : await readJson(join(records.folder, PRIVACY_JSON), privacyReportSchema);
  return {
    at: isoTime(effects.now()),
    minimumCell: MINIMUM_CELL,
    deidentified: records === undefined ? null : own !== null,
    recordsAt: records === undefined ? null : isoTime(records.madeAt),
    proof:
      signed === null
        ? null
        : {
            ...shownProof(signed.proof),
            signed: isSignedBy(toJson(signed.proof), signed.signature, signed.publicKey),
            key: createHash("sha256").update(signed.publicKey).digest("hex").slice(0, 16),
            ofNewest:
              own === null ? null : canonicalJson(toJson(own)) === canonicalJson(toJson(signed.proof.report)),
          },
  };
}

/** Reads the whole store. */
export async function storeCheck({ folder, effects }: ServerContext): Promise<StoreCheck> {
  const at = isoTime(effects.now());
  const records = await newestRecords(folder);
  const signed = await readProof(folder);
  if (records === undefined || signed === null) return { at, same: null };
  const store = await datasetContentHash(await readDatasetLayout(records.folder));
  return { at, same: store === signed.proof.store };
}

async function newestRecords(folder: string) {
  return (await builtArtefacts(folder)).find(({ kind }) => kind === "records");
}

function readProof(folder: string) {
  return readJson(join(folder, "privacy", "proof.json"), signedProofSchema);
}

function shownProof({ at, store, report: told, residual, review, checks }: PrivacyProof) {
  const { profile, risk, riskBefore, riskLimit, persons, rules, elements } = told;
  return {
    madeAt: at,
    holds: checks.every(({ holds }) => holds),
    store,
    profile,
    checks,
    review,
    risk,
    riskBefore,
    riskLimit,
    persons: Object.fromEntries(
      Object.entries(persons).map(([what, n]) => [what, n > 0 && n < MINIMUM_CELL ? null : n]),
    ),
    residual,
    rules,
    unknownElements: elements.filter((one) => one.class === "unknown").map(({ element }) => element),
    byElement: elements.length > 0,
    identifiers: SAFE_HARBOR.map(({ letter, title, elements: fits }) => ({
      letter,
      title,
      elements: elements.filter(({ element }) => fits?.test(element) ?? false),
    })),
  };
}
