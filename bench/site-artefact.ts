/** The newest artefact of a stage in a built site: for benches and experiments that take a site as it is. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

export async function siteArtefact(site: string, stage: string): Promise<string> {
  const folder = join(site, "artefacts");
  const names = (await readdir(folder)).filter((name) => new RegExp(`^${stage}-[0-9a-f]{16}$`).test(name));
  const dated = await Promise.all(
    names.map(async (name) => ({ path: join(folder, name), made: (await stat(join(folder, name))).mtimeMs })),
  );
  const newest = dated.sort((a, b) => b.made - a.made)[0];
  if (newest === undefined)
    throw new Error(`the site has no ${stage} artefact: run longitude build --site ${site}`);
  return newest.path;
}
