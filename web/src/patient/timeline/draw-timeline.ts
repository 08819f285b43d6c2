/** Draws the window of a record on a canvas: a lane a kind of event, a mark an event, marked ones larger and of another shape. */
import type { PatientAnswer } from "../../../../src/serving/workspace/patient/patient-answer.ts";
import { type LaneEvents, type Run, runsOf, type Window } from "./timeline-model.ts";

export const LANE_HEIGHT = 40;
export const AXIS_HEIGHT = 26;
export const LABEL_WIDTH = 118;

export interface Scene {
  readonly timeline: PatientAnswer["timeline"];
  readonly lanes: readonly LaneEvents[];
  readonly window: Window;
  /** Events that are marked, of each lane in their order. */
  readonly marked: readonly Int32Array[];
  /** The event that the keyboard stands on; -1 for none. */
  readonly current: number;
  /** Of the lanes, in their order. */
  readonly names: readonly string[];
}

interface Colors {
  readonly ink: string;
  readonly soft: string;
  readonly grid: string;
  readonly main: string;
  readonly marked: string;
}

const YEAR_MS = 365.25 * 86_400_000;
const STEPS_YEARS = [1 / 12, 0.25, 0.5, 1, 2, 5, 10, 20];

export function xOf(time: number, { from, to }: Window, width: number): number {
  return LABEL_WIDTH + ((time - from) / (to - from)) * (width - LABEL_WIDTH);
}

/** @param width CSS pixels @param height CSS pixels: asking the page for them each frame would lay it out each frame */
export function drawTimeline(canvas: HTMLCanvasElement, scene: Scene, width: number, height: number): void {
  const context = canvas.getContext("2d");
  if (context === null) return;
  const ratio = devicePixelRatio;
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const colors = colorsOf(canvas);
  drawAxis(context, scene, width, colors);
  scene.lanes.forEach((lane, i) => {
    drawLane(context, scene, lane, i, width, colors);
  });
}

function drawAxis(
  context: CanvasRenderingContext2D,
  { window, lanes }: Scene,
  width: number,
  colors: Colors,
): void {
  const span = (window.to - window.from) / YEAR_MS;
  const most = Math.max(2, (width - LABEL_WIDTH) / 76);
  const step = STEPS_YEARS.find((years) => span / years <= most) ?? 20;
  const bottom = lanes.length * LANE_HEIGHT;
  context.font = "12px sans-serif";
  context.textAlign = "center";
  context.lineWidth = 1;
  const first = new Date(window.from);
  const startMonth =
    step >= 1 ? Math.ceil(first.getUTCFullYear() / step) * step * 12 : first.getUTCFullYear() * 12;
  for (let month = startMonth; ; month += Math.round(step * 12)) {
    const time = Date.UTC(Math.floor(month / 12), month % 12, 1);
    if (time > window.to) break;
    if (time < window.from) continue;
    const x = Math.round(xOf(time, window, width)) + 0.5;
    context.strokeStyle = colors.grid;
    context.beginPath();
    context.moveTo(x, 0);
    context.lineTo(x, bottom);
    context.stroke();
    context.fillStyle = colors.soft;
    context.fillText(new Date(time).toISOString().slice(0, step >= 1 ? 4 : 7), x, bottom + 17);
  }
}

function drawLane(
  context: CanvasRenderingContext2D,
  scene: Scene,
  lane: LaneEvents,
  place: number,
  width: number,
  colors: Colors,
): void {
  const { timeline, window, marked, current } = scene;
  const top = place * LANE_HEIGHT;
  context.strokeStyle = colors.grid;
  context.strokeRect(LABEL_WIDTH + 0.5, top + 0.5, width - LABEL_WIDTH - 1, LANE_HEIGHT);
  context.fillStyle = colors.ink;
  context.textAlign = "left";
  context.font = "13px sans-serif";
  context.fillText(scene.names[place] ?? "", 0, top + LANE_HEIGHT / 2 + 4, LABEL_WIDTH - 8);
  const x = (time: number) => Math.round(xOf(time, window, width));
  const runs = (events: Int32Array) => runsOf(events, timeline.times, window, x);
  // Whole pixels, a rectangle a run: a path of thousands of marks would be filled by the processor, pixel by pixel.
  context.fillStyle = colors.main;
  for (const { from, to } of runs(lane.events))
    context.fillRect(from - 1, top + 10, to - from + 2, LANE_HEIGHT - 20);
  context.fillStyle = colors.marked;
  context.beginPath();
  for (const run of runs(marked[place] ?? new Int32Array())) diamonds(context, run, top + LANE_HEIGHT / 2, 7);
  context.fill();
  const time = timeline.times[current];
  if (time === undefined || time < window.from || time > window.to || !lane.events.includes(current)) return;
  context.strokeStyle = colors.ink;
  context.lineWidth = 2;
  context.strokeRect(x(time) - 6, top + 5, 12, LANE_HEIGHT - 10);
  context.lineWidth = 1;
}

/** One diamond a pixel of the run: what they cover together. */
function diamonds(context: CanvasRenderingContext2D, { from, to }: Run, y: number, size: number): void {
  context.moveTo(from, y - size);
  context.lineTo(to, y - size);
  context.lineTo(to + size, y);
  context.lineTo(to, y + size);
  context.lineTo(from, y + size);
  context.lineTo(from - size, y);
  context.closePath();
}

/** Looked up only when the theme may have changed: a lookup each frame would cost more than the drawing. */
let known: { theme: string; colors: Colors } | null = null;

function colorsOf(element: Element): Colors {
  const { theme } = document.documentElement.dataset;
  const key = `${theme}${matchMedia("(prefers-color-scheme:dark)").matches}`;
  if (known?.theme === key) return known.colors;
  const style = getComputedStyle(element);
  const of = (name: string) => style.getPropertyValue(`--${name}`);
  known = {
    theme: key,
    colors: { ink: of("ink"), soft: of("soft"), grid: of("grid"), main: of("main"), marked: of("hazards") },
  };
  return known.colors;
}
