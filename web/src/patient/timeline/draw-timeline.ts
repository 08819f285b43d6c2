/** Draws the window of a record on a canvas: a lane a kind of event, a mark an event, marked ones larger and of another shape. */
import type { PatientAnswer } from "../../../../src/serving/workspace/patient/patient-answer.ts";
import { firstFrom, type LaneEvents, type Window } from "./timeline-model.ts";

export const LANE_HEIGHT = 40;
export const AXIS_HEIGHT = 26;
export const LABEL_WIDTH = 118;

export interface Scene {
  readonly timeline: PatientAnswer["timeline"];
  readonly lanes: readonly LaneEvents[];
  readonly window: Window;
  /** Codes whose events are marked: places in `timeline.codes`. */
  readonly marked: ReadonlySet<number>;
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
  { events }: LaneEvents,
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
  let lastX = -1;
  const shapes: [x: number, event: number][] = [];
  context.fillStyle = colors.main;
  context.beginPath();
  for (let i = firstFrom(events, timeline.times, window.from); i < events.length; i++) {
    const event = events[i] as number;
    const time = timeline.times[event] as number;
    if (time > window.to) break;
    const x = xOf(time, window, width);
    if (event === current || marked.has(timeline.code[event] as number)) shapes.push([x, event]);
    // Marks that would fall on the same pixel are one.
    const pixel = Math.round(x);
    if (pixel === lastX) continue;
    lastX = pixel;
    context.rect(pixel - 1, top + 10, 2, LANE_HEIGHT - 20);
  }
  context.fill();
  for (const [x, event] of shapes) {
    const middle = top + LANE_HEIGHT / 2;
    context.fillStyle = colors.marked;
    if (marked.has(timeline.code[event] as number)) diamond(context, x, middle, 7);
    if (event === current) {
      context.strokeStyle = colors.ink;
      context.lineWidth = 2;
      context.strokeRect(x - 6, top + 5, 12, LANE_HEIGHT - 10);
      context.lineWidth = 1;
    }
  }
}

function diamond(context: CanvasRenderingContext2D, x: number, y: number, size: number): void {
  context.beginPath();
  context.moveTo(x, y - size);
  context.lineTo(x + size, y);
  context.lineTo(x, y + size);
  context.lineTo(x - size, y);
  context.fill();
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
