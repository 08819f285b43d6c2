/**
 * Shows progress on standard error: one live line on a terminal, an occasional plain line elsewhere.
 * Standard output stays free for results.
 */
import type { Effects } from "../effects/effects.ts";
import type { Progress } from "./progress.ts";

const LIVE_EVERY_MS = 100;
const PLAIN_EVERY_MS = 15_000;

export interface LineStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface ProgressLine {
  show(stage: string, progress: Progress): void;
  /** Removes the live line, so that something else can be printed. */
  clear(): void;
}

export function createProgressLine(stream: LineStream, effects: Effects): ProgressLine {
  const live = stream.isTTY === true;
  let shownAt = Number.NEGATIVE_INFINITY;
  let visible = false;
  let pace: Pace | null = null;

  return {
    show(stage, progress) {
      const now = effects.now();
      pace = paceFrom(pace, `${stage}/${progress.step}`, progress.done, now);
      if (now - shownAt < (live ? LIVE_EVERY_MS : PLAIN_EVERY_MS)) return;
      shownAt = now;
      const text = progressText(stage, progress, pace.rate, effects.memoryBytes());
      if (live) stream.write(`\r\x1b[2K${text.slice(0, Math.max(20, (stream.columns ?? 100) - 1))}`);
      else stream.write(`${text}\n`);
      visible = live;
    },
    clear() {
      if (visible) stream.write("\r\x1b[2K");
      visible = false;
      if (live) shownAt = Number.NEGATIVE_INFINITY;
    },
  };
}

interface Pace {
  readonly key: string;
  readonly startDone: number;
  readonly startMs: number;
  /** Units a second since the step began; null until there is something to divide. */
  readonly rate: number | null;
}

function paceFrom(before: Pace | null, key: string, done: number, now: number): Pace {
  if (before?.key !== key || done < before.startDone)
    return { key, startDone: done, startMs: now, rate: null };
  const seconds = (now - before.startMs) / 1000;
  const gained = done - before.startDone;
  return { ...before, rate: seconds >= 0.5 && gained > 0 ? gained / seconds : null };
}

/** `model: training 120/800 steps · loss 2.31 · 14 steps/s · 49 s left · 812 MB` */
export function progressText(
  stage: string,
  progress: Progress,
  rate: number | null,
  memoryBytes: number,
): string {
  const { step, done, total, unit, detail } = progress;
  const counted = total === null ? count(done) : `${count(done)}/${count(total)}`;
  const parts = [unit === "" ? `${stage}: ${step}` : `${stage}: ${step} ${counted} ${unit}`];
  if (detail !== undefined) parts.push(detail);
  if (rate !== null) {
    parts.push(`${rate >= 10 ? count(Math.round(rate)) : rate.toFixed(1)} ${unit}/s`);
    if (total !== null && total > done) parts.push(`${duration((total - done) / rate)} left`);
  }
  parts.push(`${Math.round(memoryBytes / 1e6)} MB`);
  return parts.join(" · ");
}

/** `49 s`, `3 min 20 s`, `2 h 5 min` */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

function count(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 0 });
}
