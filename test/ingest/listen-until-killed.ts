/** Run as a process of its own: listens on a free port, says which, and goes on until it is killed. */
import { systemEffects } from "../../src/effects/effects.ts";
import { listen } from "../../src/ingest/hl7v2/listen.ts";

const folder = process.argv[2] ?? "";
const never = new AbortController();
for await (const event of listen({ folder, port: 0 }, systemEffects, never.signal)) {
  if (event.kind === "listening") process.stdout.write(`${event.port}\n`);
}
