/** The newest finished artefacts of a site, for verbs that answer from what is built and build nothing. */
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { MANIFEST_FILE } from "./manifest.ts";

const linksSchema = z.object({
  id: z.string(),
  kind: z.string(),
  inputs: z.record(z.string(), z.string()),
  codeVersion: z.string().default(""),
  /** The slice of the site's configuration that it was made by. */
  configuration: z.json().default(null),
});

export interface BuiltArtefact extends z.output<typeof linksSchema> {
  readonly folder: string;
  readonly madeAt: number;
}

/** The newest first. */
export async function builtArtefacts(siteFolder: string): Promise<BuiltArtefact[]> {
  const root = join(siteFolder, "artefacts");
  const names = (await readdir(root).catch(() => [] as string[])).filter((name) => !name.startsWith("."));
  const found: BuiltArtefact[] = [];
  for (const name of names) {
    const folder = join(root, name);
    const text = await readFile(join(folder, MANIFEST_FILE), "utf8").catch(() => null);
    const links = linksSchema.safeParse(text === null ? null : JSON.parse(text));
    if (links.success) found.push({ ...links.data, folder, madeAt: (await stat(folder)).mtimeMs });
  }
  return found.sort((a, b) => b.madeAt - a.madeAt);
}
