/** Run as a process of its own: pulls as its argument says, and says how far it is; it is killed at any moment. */
import { systemEffects } from "../../src/effects/effects.ts";
import { createRandom } from "../../src/effects/random.ts";
import { pull } from "../../src/ingest/bulk/pull.ts";
import type { PullInput } from "../../src/ingest/bulk/pull-options.ts";

const input = JSON.parse(process.argv[2] ?? "") as PullInput;
const { signal } = new AbortController();
for await (const event of pull(input, systemEffects, createRandom("killed"), signal)) {
  if (event.kind === "done") process.stdout.write(`${JSON.stringify(event.report)}\n`);
  else process.stdout.write(`${event.stage}\n`);
}
