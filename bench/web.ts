/**
 * The patient's screen in a real Chromium: what its first load brings, when its largest content is painted, and how a record of
 * 20,000 events moves; and when every other screen's largest content is painted.
 *
 *   npm run bench:web -- [--json]
 */
import { readFile } from "node:fs/promises";
import { loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { PERSON_ROLES } from "../src/serving/identity/roles.ts";
import { PRELOADS, type Preload } from "../src/serving/workspace/preload-links.ts";
import { WORKSPACE_FOLDER } from "../src/serving/workspace/workspace-stamp.ts";
import { openWorkspace } from "../test/web/support/workspace.ts";
import { workspaceSite } from "../test/web/support/workspace-site.ts";

const { values: flags } = parseArgs({ options: { json: { type: "boolean", default: false } } });
const EVENTS = 20_000;
const SECONDS = 4;
const RUNS = 5;
const RUNS_OF_OTHERS = 3;
const load1 = () => Number((loadavg()[0] as number).toFixed(1));
const loadBefore = load1();

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
  const longLoads = [];
  for (let run = 0; run < RUNS; run++) longLoads.push((await load(long)).paint);
  const pan = await panned(long);
  const screens = [];
  for (const path of await otherScreens()) {
    const paints = [];
    for (let run = 0; run < RUNS_OF_OTHERS; run++) paints.push(await paintOf(path));
    screens.push({ path, median: middle(paints), most: Math.max(...paints), runs: RUNS_OF_OTHERS });
  }
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
    largestContentfulPaintLongRecordMs: {
      median: middle(longLoads),
      most: Math.max(...longLoads),
      runs: RUNS,
    },
    largestContentfulPaintOfScreensMs: screens,
    pan,
    /** What else the machine did: its load, of which the bench itself makes some 2. */
    load: { before: loadBefore, after: load1() },
  };
  if (flags.json) console.log(JSON.stringify(report, null, 2));
  else {
    console.log(
      `first load of the patient's screen: ${report.script.files} scripts, ${(report.script.compressedBytes / 1000).toFixed(0)} kB compressed; with the charts further down ${(report.script.compressedBytesWithCharts / 1000).toFixed(0)} kB`,
    );
    console.log(
      `largest contentful paint: median ${report.largestContentfulPaintMs.median} ms, most ${report.largestContentfulPaintMs.most} ms of ${RUNS} cold loads; median ${report.largestContentfulPaintLongRecordMs.median} ms, most ${report.largestContentfulPaintLongRecordMs.most} ms with ${EVENTS} events`,
    );
    for (const { path, median, most } of screens)
      console.log(`largest contentful paint of ${path}: median ${median} ms, most ${most} ms`);
    console.log(
      `panning ${EVENTS} events: ${pan.framesPerSecond} frames/s over ${SECONDS} s, 95 % of frames within ${pan.p95Ms} ms`,
    );
    console.log(`load of the machine: ${report.load.before} before, ${report.load.after} after`);
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

/** Paths of the screens that are of no patient. */
async function otherScreens(): Promise<string[]> {
  const preloads = JSON.parse(await readFile(join(WORKSPACE_FOLDER, PRELOADS), "utf8")) as Preload[];
  return preloads.map(({ path }) => path).filter((path) => !/\$|^\/patient$/.test(path));
}

/** To somebody with every role; a window of its own, nothing cached. */
async function paintOf(path: string): Promise<number> {
  const { page, window } = await workspace.visit(`/app${path}`, { roles: PERSON_ROLES });
  const paint: number = await page.evaluate(`new Promise((resolve) => {
    new PerformanceObserver((list) => resolve(Math.round(list.getEntries().at(-1).startTime)))
      .observe({ type: "largest-contentful-paint", buffered: true });
  })`);
  await window.close();
  return paint;
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
