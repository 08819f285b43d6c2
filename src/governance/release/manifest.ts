/**
 * `manifest.json` of a release and its signature: every file with its hash, so that a changed, missing or added byte
 * is found.
 * Invariant: `verifyRelease` returns only when the folder holds exactly the files that were signed.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { z } from "zod";
import type { Json } from "../../artefacts/canonical-json.ts";
import { filesBelow } from "../../artefacts/durable.ts";
import { isSignedBy } from "../../artefacts/signed-json.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { RELEASE_DAMAGED, RELEASE_MISSING } from "../../errors/registry.ts";
import { VERDICT_WORDS } from "../gates/verdict.ts";

export const RELEASE_SCHEMA = "longitude.release/1";
export const MANIFEST_FILE = "manifest.json";
export const SIGNATURE_FILE = "manifest.sig";

const manifestSchema = z.strictObject({
  schema: z.literal(RELEASE_SCHEMA),
  id: z.string().regex(/^rel-[0-9a-f]{16}$/),
  site: z.string(),
  /** Id of the model artefact. */
  model: z.string(),
  version: z.string(),
  createdAt: z.string(),
  verdict: z.enum(VERDICT_WORDS),
  /** After this day the release is not served until it is reviewed, YYYY-MM-DD. */
  reviewBy: z.string(),
  /** From the import of the records to this release: artefact ids with the ids that they were made from. */
  lineage: z.array(
    z.strictObject({ kind: z.string(), id: z.string(), inputs: z.record(z.string(), z.string()) }),
  ),
  /** Path below the folder → SHA-256, of every file but the manifest and its signature. */
  files: z.record(z.string(), z.string()),
  publicKey: z.string(),
});

export type ReleaseManifest = z.output<typeof manifestSchema>;

export async function hashFiles(folder: string): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const file of await filesBelow(folder)) {
    if (file === MANIFEST_FILE || file === SIGNATURE_FILE) continue;
    hashes[file] = await fileHash(join(folder, file));
  }
  return hashes;
}

export async function fileHash(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/**
 * @param trusted the public key that must have signed; any key when null, then the caller must say so
 * @throws LongitudeError RELEASE_MISSING, RELEASE_DAMAGED
 */
export async function verifyRelease(folder: string, trusted: string | null): Promise<ReleaseManifest> {
  const manifest = await readManifest(folder);
  const signature = await readFile(join(folder, SIGNATURE_FILE), "utf8").catch(() => "");
  if (
    (await readFile(join(folder, MANIFEST_FILE), "utf8")) !== manifestText(manifest as Json) ||
    !isSignatureText(signature)
  ) {
    throw new LongitudeError(
      RELEASE_DAMAGED,
      `${manifest.id}: its manifest or signature is not written as it was`,
    );
  }
  if (trusted !== null && manifest.publicKey !== trusted) {
    throw new LongitudeError(
      RELEASE_DAMAGED,
      `${manifest.id} is signed with another key than the trusted one`,
    );
  }
  if (!isSignedBy(manifest as Json, signature.trim(), manifest.publicKey)) {
    throw new LongitudeError(RELEASE_DAMAGED, `the signature of ${manifest.id} does not fit its manifest`);
  }
  await refuseStrangers(folder, manifest);
  const found = await hashFiles(folder);
  const changed = Object.entries(manifest.files).filter(([file, hash]) => found[file] !== hash).length;
  const added = Object.keys(found).filter((file) => manifest.files[file] === undefined).length;
  if (changed + added > 0) {
    throw new LongitudeError(
      RELEASE_DAMAGED,
      `${manifest.id}: ${changed} of ${Object.keys(manifest.files).length} files are changed or missing, ${added} were added`,
    );
  }
  return manifest;
}

/** Reads a manifest without verifying it. @throws LongitudeError RELEASE_MISSING, RELEASE_DAMAGED */
export async function readManifest(folder: string): Promise<ReleaseManifest> {
  let text: string;
  try {
    text = await readFile(join(folder, MANIFEST_FILE), "utf8");
  } catch (cause) {
    throw new LongitudeError(RELEASE_MISSING, `${folder} has no readable ${MANIFEST_FILE}`, { cause });
  }
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new LongitudeError(RELEASE_DAMAGED, `${folder}/${MANIFEST_FILE} is no manifest of a release`, {
      cause,
    });
  }
}

/** As manifests are written: a changed space is a changed byte. */
export function manifestText(manifest: Json): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

function isSignatureText(text: string): boolean {
  return text === `${Buffer.from(text, "base64").toString("base64")}\n`;
}

/** A link could point anywhere later on; a folder without a signed file in it was put there by somebody. */
async function refuseStrangers(folder: string, manifest: ReleaseManifest): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const signed = new Set(Object.keys(manifest.files).flatMap(foldersAbove));
  const strangers = entries.filter((entry) =>
    entry.isDirectory()
      ? !signed.has(relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
      : !entry.isFile(),
  ).length;
  if (strangers > 0) {
    throw new LongitudeError(
      RELEASE_DAMAGED,
      `${strangers} entries of the folder are links, empty folders or other things than files`,
    );
  }
}

function foldersAbove(file: string): string[] {
  const parts = file.split("/").slice(0, -1);
  return parts.map((_, i) => parts.slice(0, i + 1).join("/"));
}
