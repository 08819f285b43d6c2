/** Run as a process of its own: takes the site's lock, says so, and waits to be killed. */
import { lockSite } from "../../src/artefacts/site-lock.ts";
import { systemEffects } from "../../src/effects/effects.ts";

await lockSite(process.argv[2] ?? "", systemEffects);
process.stdout.write("locked\n");
setInterval(() => undefined, 1000);
