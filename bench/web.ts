/**
 * The patient's screen in a real Chromium: what its first load brings, when its largest content is painted, and how a record of
 * 20,000 events moves.
 *
 *   npm run bench:web -- [--json]
 */
import { parseArgs } from "node:util";
import { openWorkspace } from "../test/web/support/workspace.ts";
import { workspaceSite } from "../test/web/support/workspace-site.ts";

const { values: flags } = parseArgs({ options: { json: { type: "boolean", default: false } } });
const EVENTS = 20_000;
const SECONDS = 4;
const RUNS = 5;

const workspace = await openWorkspace(await workspaceSite(EVENTS), { sandbox: true });
try {
  const first = await workspace.visit("/app/worklist");
  const hrefs: string[] = await first.page.evaluate(
    "[...document.querySelectorAll('tbody th a')].map((a) => a.getAttribute('href'))",
  );
  const counts: string[] = await first.page.evaluate(
    "[...document.querySelectorAll('tbody tr')].map((row) => row.lastElementChild.textContent)",
  );
  await first.window.close();
  const long = hrefs[counts.findIndex((count) => Number(count) > EVENTS / 2)] ?? "";
  const short = hrefs.find((href) => href !== long) ?? "";

  const loads = [];
  for (let run = 0; run < RUNS; run++) loads.push(await load(short));
  const longLoad = await load(long);
  const pan = await panned(long);
  const report = {
    schema: "longitude.bench-web/1",
    events: EVENTS,
    /** Before anybody scrolls, and with the charts that come with the scrolling. */
    script: {
      files: loads[0]?.files ?? 0,
      compressedBytes: Math.max(...loads.map(({ bytes }) => bytes)),
      compressedBytesWithCharts: Math.max(...loads.map(({ all }) => all)),
    },
    largestContentfulPaintMs: {
      median: middle(loads.map(({ paint }) => paint)),
      most: Math.max(...loads.map(({ paint }) => paint)),
      runs: RUNS,
    },
    largestContentfulPaintLongRecordMs: longLoad.paint,
    pan,
  };
  if (flags.json) console.log(JSON.stringify(report, null, 2));
  else {
    console.log(
      `first load of the patient's screen: ${report.script.files} scripts, ${(report.script.compressedBytes / 1000).toFixed(0)} kB compressed; with the charts further down ${(report.script.compressedBytesWithCharts / 1000).toFixed(0)} kB`,
    );
    console.log(
      `largest contentful paint: median ${report.largestContentfulPaintMs.median} ms, most ${report.largestContentfulPaintMs.most} ms of ${RUNS} cold loads; ${report.largestContentfulPaintLongRecordMs} ms with ${EVENTS} events`,
    );
    console.log(
      `panning ${EVENTS} events: ${pan.framesPerSecond} frames/s over ${SECONDS} s, 95 % of frames within ${pan.p95Ms} ms`,
    );
  }
} finally {
  await workspace.stop();
}

interface Load {
  readonly files: number;
  readonly bytes: number;
  readonly all: number;
  readonly paint: number;
}

/** A window of its own, nothing cached; the server knows the answer already. */
async function load(href: string): Promise<Load> {
  const { page, window } = await workspace.visit(href);
  const told: { files: number; bytes: number; paint: number } =
    await page.evaluate(`new Promise((resolve) => {
    new PerformanceObserver((list) => {
      const scripts = performance.getEntriesByType("resource").filter((entry) => entry.name.endsWith(".js"));
      resolve({
        files: scripts.length,
        bytes: scripts.reduce((sum, entry) => sum + entry.encodedBodySize, 0),
        paint: Math.round(list.getEntries().at(-1).startTime),
      });
    }).observe({ type: "largest-contentful-paint", buffered: true });
  })`);
  await page.locator("#futures svg").waitFor();
  const all: number = await page.evaluate(
    `performance.getEntriesByType("resource").filter((entry) => entry.name.endsWith(".js")).reduce((sum, entry) => sum + entry.encodedBodySize, 0)`,
  );
  await window.close();
  return { ...told, all };
}

/** Half of the record is in the window and is dragged to and fro, once a frame. */
async function panned(href: string): Promise<{ framesPerSecond: number; p95Ms: number; frames: number }> {
  const { page, window } = await workspace.visit(href);
  const canvas = page.locator(".timeline canvas");
  await canvas.waitFor();
  await canvas.scrollIntoViewIfNeeded();
  await page.getByRole("button", { name: "Zoom in" }).click();
  await page.waitForLoadState("networkidle");
  const box = await canvas.boundingBox();
  if (box === null) throw new Error("the timeline is not in sight");
  await page.mouse.move(box.x + box.width / 2, box.y + 20);
  await page.mouse.down();
  const frames: number[] = await page.evaluate(`new Promise((resolve) => {
    const canvas = document.querySelector(".timeline canvas");
    const times = [];
    const middle = canvas.getBoundingClientRect().x + canvas.clientWidth / 2;
    const step = (now) => {
      times.push(now);
      if (now - times[0] > ${SECONDS * 1000}) return resolve(times);
      const clientX = middle + 200 * Math.sin(times.length / 20);
      canvas.dispatchEvent(new PointerEvent("pointermove", { bubbles: true, clientX, clientY: 0 }));
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  })`);
  await page.mouse.up();
  await window.close();
  const gaps = frames.slice(1).map((time, i) => time - (frames[i] as number));
  const sorted = gaps.toSorted((a, b) => a - b);
  return {
    framesPerSecond: Number((gaps.length / (gaps.reduce((sum, gap) => sum + gap, 0) / 1000)).toFixed(1)),
    p95Ms: Number((sorted[Math.floor(0.95 * sorted.length)] ?? 0).toFixed(1)),
    frames: gaps.length,
  };
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
