/** One measured run in a process of its own, so that its peak memory is its own: `ingest IN OUT` or `read STORE`. */
import { systemEffects } from "../src/effects/effects.ts";
import { ingest } from "../src/ingest/ingest.ts";
import { openTimelineStore } from "../src/timeline/open-timeline-store.ts";

const [what, input = "", out = ""] = process.argv.slice(2);
const started = performance.now();
let events = 0;
let patients = 0;
if (what === "ingest") {
  for await (const event of ingest({ input, out, overwrite: true }, systemEffects)) {
    if (event.kind === "done") ({ events, subjects: patients } = event.report.dataset);
  }
} else {
  const store = await openTimelineStore(input);
  // As tokenizing, histories and forecasts read it.
  for await (const timeline of store.timelines({ texts: false })) {
    events += timeline.events.length;
    patients++;
  }
  store.close();
}
const seconds = (performance.now() - started) / 1000;
const peakMegabytes = (process.resourceUsage().maxRSS * 1024) / 1e6;
process.stdout.write(`${JSON.stringify({ seconds, peakMegabytes, events, patients })}\n`);
