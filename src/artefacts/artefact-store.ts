/**
 * The artefacts of one site: SITE/artefacts/<kind>-<id16>/, found by recipe, published in one step.
 * Why: a second build reuses everything, a changed line re-makes only what depends on it, and a crash leaves
 * nothing that looks finished.
 * Invariant: a folder without a leading dot is whole; it is never changed afterwards.
 */
import { mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LongitudeError } from "../errors/longitude-error.ts";
import { ARTEFACT_DAMAGED } from "../errors/registry.ts";
import { filesBelow, publishFolder, sizesOf } from "./durable.ts";
import { asMachineError } from "./machine-error.ts";
import { MANIFEST_FILE, type Manifest, readManifest, schemaName } from "./manifest.ts";
import { artefactId, folderName, type Recipe } from "./recipe.ts";

export interface Artefact {
  readonly folder: string;
  readonly manifest: Manifest;
}

/** An artefact in the making. Ends with exactly one `publish` or `discard`. */
export interface Draft {
  /** Where to write; a temporary name on the same disk as the final one. */
  readonly folder: string;
  /**
   * Kept when the making is interrupted and given again to the next attempt at the same recipe,
   * e.g. for training checkpoints. Removed when the artefact is published.
   */
  readonly scratch: string;
  publish(): Promise<Artefact>;
  discard(): Promise<void>;
}

export interface ArtefactStore {
  /** The artefact of this recipe, or null when it has not been made. Throws when it is there but unusable. */
  find(recipe: Recipe): Promise<Artefact | null>;
  begin(recipe: Recipe): Promise<Draft>;
  /** Removes what crashed builds left behind. Call only while holding the site's lock. */
  removePartial(): Promise<number>;
}

const PARTIAL_PREFIX = ".partial-";

export function openArtefactStore(site: string): ArtefactStore {
  const root = join(site, "artefacts");
  const scratchRoot = join(site, "scratch");

  const find = async (recipe: Recipe): Promise<Artefact | null> => {
    const folder = join(root, folderName(recipe));
    if ((await stat(folder).catch(() => null)) === null) return null;
    const manifest = await readManifest(folder, recipe);
    if (manifest.id !== artefactId(recipe)) {
      throw new LongitudeError(ARTEFACT_DAMAGED, `${folder} names another id than its folder does`);
    }
    return { folder, manifest };
  };

  const begin = async (recipe: Recipe): Promise<Draft> => {
    const folder = join(root, `${PARTIAL_PREFIX}${folderName(recipe)}-${process.pid}`);
    const scratch = join(scratchRoot, folderName(recipe));
    const discard = () => rm(folder, { recursive: true, force: true });
    try {
      await discard();
      await mkdir(folder, { recursive: true });
      await mkdir(scratch, { recursive: true });
    } catch (error) {
      throw asMachineError(error, `beginning ${recipe.kind}`);
    }
    const publish = async (): Promise<Artefact> => {
      try {
        const manifest = await writeManifest(folder, recipe);
        const final = join(root, folderName(recipe));
        await publishFolder(folder, final);
        await rm(scratch, { recursive: true, force: true });
        return { folder: final, manifest };
      } catch (error) {
        await discard();
        throw asMachineError(error, `publishing ${recipe.kind}`);
      }
    };
    return { folder, scratch, publish, discard };
  };

  const removePartial = async (): Promise<number> => {
    const names = await readdir(root).catch(() => [] as string[]);
    const partial = names.filter((name) => name.startsWith("."));
    for (const name of partial) await rm(join(root, name), { recursive: true, force: true });
    return partial.length;
  };

  return { find, begin, removePartial };
}

async function writeManifest(folder: string, recipe: Recipe): Promise<Manifest> {
  const manifest: Manifest = {
    schema: schemaName(recipe.kind, recipe.schemaVersion),
    kind: recipe.kind,
    id: artefactId(recipe),
    inputs: recipe.inputs,
    codeVersion: recipe.codeVersion,
    configuration: recipe.configuration,
    files: await sizesOf(folder, await filesBelow(folder)),
  };
  await writeFile(join(folder, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}
