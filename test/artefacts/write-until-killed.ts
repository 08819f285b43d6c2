/** Run as a process of its own: writes half an artefact, says so, and waits to be killed. */
import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { openArtefactStore } from "../../src/artefacts/artefact-store.ts";
import type { Recipe } from "../../src/artefacts/recipe.ts";

const [site = "", recipe = ""] = process.argv.slice(2);
const draft = await openArtefactStore(site).begin(JSON.parse(recipe) as Recipe);
await appendFile(join(draft.folder, "part.txt"), "half of ");
process.stdout.write("half\n");
setInterval(() => undefined, 1000);
