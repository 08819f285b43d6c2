/**
 * Puts together what a release is: the checkpoint with its calibration, the evidence, the definitions, the verdict, the
 * card, and a signed manifest of all of it.
 * Invariant: the folder appears whole or not at all, and the same contents have the same id.
 */
import type { KeyObject } from "node:crypto";
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Json, toJson } from "../../artefacts/canonical-json.ts";
import { publishFolder } from "../../artefacts/durable.ts";
import { jsonHash, publicKeyText, signJson } from "../../artefacts/signed-json.ts";
import type { Verdict } from "../gates/verdict.ts";
import {
  hashFiles,
  MANIFEST_FILE,
  manifestText,
  RELEASE_SCHEMA,
  type ReleaseManifest,
  readManifest,
  SIGNATURE_FILE,
} from "./manifest.ts";

export interface ReleaseInput {
  readonly site: string;
  readonly version: string;
  /** ISO 8601. */
  readonly createdAt: string;
  /** YYYY-MM-DD. */
  readonly reviewBy: string;
  readonly verdict: Verdict;
  readonly lineage: ReleaseManifest["lineage"];
  /** Folder or file to copy, by its path in the release. */
  readonly copies: Readonly<Record<string, string>>;
  /** What to write, by its path in the release. */
  readonly texts: Readonly<Record<string, string | Uint8Array>>;
  /** SITE/releases */
  readonly releases: string;
  readonly key: KeyObject;
}

export interface CreatedRelease {
  readonly manifest: ReleaseManifest;
  readonly folder: string;
  /** False when a release with the same contents was there already. */
  readonly made: boolean;
}

export async function createRelease(input: ReleaseInput): Promise<CreatedRelease> {
  const draft = join(input.releases, `.partial-${process.pid}`);
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  try {
    for (const [to, from] of Object.entries(input.copies)) {
      await mkdir(dirname(join(draft, to)), { recursive: true });
      await cp(from, join(draft, to), { recursive: true, dereference: true });
    }
    for (const [to, text] of Object.entries(input.texts)) {
      await mkdir(dirname(join(draft, to)), { recursive: true });
      await writeFile(join(draft, to), text);
    }
    const files = await hashFiles(draft);
    const { site, version, createdAt, reviewBy, lineage } = input;
    const id = `rel-${jsonHash({ site, version, files }).slice(0, 16)}`;
    const folder = join(input.releases, id);
    const known = await readManifest(folder).catch(() => null);
    if (known !== null) {
      await rm(draft, { recursive: true, force: true });
      return { manifest: known, folder, made: false };
    }
    const manifest: ReleaseManifest = {
      schema: RELEASE_SCHEMA,
      id,
      site,
      model: input.verdict.model,
      version,
      createdAt,
      verdict: input.verdict.verdict,
      reviewBy,
      lineage,
      files,
      publicKey: publicKeyText(input.key),
    };
    await writeFile(join(draft, MANIFEST_FILE), manifestText(manifest as unknown as Json));
    await writeFile(join(draft, SIGNATURE_FILE), `${signJson(toJson(manifest) as Json, input.key)}\n`);
    await publishFolder(draft, folder);
    return { manifest, folder, made: true };
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}
