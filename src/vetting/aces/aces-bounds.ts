/** Where windows of an ACES task begin and end, told from the trigger. */
import { LongitudeError } from "../../errors/longitude-error.ts";
import { ACES_INVALID, ACES_UNSUPPORTED } from "../../errors/registry.ts";
import { DAYS_PER_YEAR } from "../duration.ts";
import type { AcesTask } from "./aces-task.ts";

export type Bound =
  | { readonly kind: "record start" }
  | { readonly kind: "record end" }
  /** Days from the trigger. */
  | { readonly kind: "fixed"; readonly days: number }
  /** The first event of a predicate after a time. */
  | { readonly kind: "next"; readonly predicate: string; readonly afterDays: number }
  /** The last event of a predicate before a time. */
  | { readonly kind: "previous"; readonly predicate: string; readonly beforeDays: number };

const BOUND = /^\s*(\w+)(?:\.(start|end))?\s*(?:([+-])\s*([\d.].*?)|(->|<-)\s*(\w+))?\s*$/;
const PART =
  /(\d+(?:\.\d+)?)\s*(microseconds?|seconds?|secs?|s|minutes?|mins?|min|m|hours?|hrs?|hr|h|days?|d|weeks?|w)/giy;

export class BoundResolver {
  private readonly open = new Set<string>();

  constructor(private readonly task: AcesTask) {}

  /** @throws LongitudeError ACES_INVALID, ACES_UNSUPPORTED */
  of(name: string, side: "start" | "end"): Bound {
    const window = this.task.windows[name];
    if (window === undefined)
      throw new LongitudeError(ACES_INVALID, `a bound names the window ${name}, which is not there`);
    const text = window[side];
    if (text === null) return { kind: side === "start" ? "record start" : "record end" };
    const key = `${name}.${side}`;
    if (this.open.has(key)) throw new LongitudeError(ACES_INVALID, `${key} is told from itself`);
    this.open.add(key);
    try {
      return this.parse(text, name, key);
    } finally {
      this.open.delete(key);
    }
  }

  private parse(text: string, window: string, key: string): Bound {
    const match = BOUND.exec(text);
    if (match === null) throw new LongitudeError(ACES_INVALID, `${key} is no bound of a window`);
    const [, base = "", side, sign, duration, arrow, predicate] = match;
    const from = this.base(base, side, window, key);
    if (duration !== undefined) {
      const days = acesDays(duration);
      if (days === null) throw new LongitudeError(ACES_INVALID, `${key} has no readable duration`);
      if (from.kind !== "fixed")
        throw unsupported(`${key}: a time told from an event other than the trigger`);
      return { kind: "fixed", days: from.days + (sign === "-" ? -days : days) };
    }
    if (arrow === undefined) return from;
    if (predicate === "_RECORD_START" && arrow === "<-") return { kind: "record start" };
    if (predicate === "_RECORD_END" && arrow === "->") return { kind: "record end" };
    if (from.kind !== "fixed") throw unsupported(`${key}: an event told from another event`);
    if (arrow === "<-") return { kind: "previous", predicate: predicate ?? "", beforeDays: from.days };
    return { kind: "next", predicate: predicate ?? "", afterDays: from.days };
  }

  private base(base: string, side: string | undefined, window: string, key: string): Bound {
    if (base === "trigger" && side === undefined) return { kind: "fixed", days: 0 };
    if ((base === "start" || base === "end") && side === undefined) return this.of(window, base);
    if (base === this.task.trigger && side === undefined) return { kind: "fixed", days: 0 };
    if (side === "start" || side === "end") return this.of(base, side);
    throw new LongitudeError(ACES_INVALID, `${key} is told from neither the trigger nor a window`);
  }
}

export function unsupported(what: string): LongitudeError {
  return new LongitudeError(ACES_UNSUPPORTED, what);
}

/** `24h`, `365 days`, `1 day 12 hours`; null when the text is none. */
export function acesDays(text: string): number | null {
  const units: Record<string, number> = { s: 1 / 86_400, m: 1 / 1440, h: 1 / 24, d: 1, w: 7 };
  const parts = new RegExp(PART);
  let days = 0;
  let rest = text.trim();
  while (rest !== "") {
    parts.lastIndex = 0;
    const match = parts.exec(rest);
    if (match === null) return null;
    const unit = (match[2] as string).toLowerCase();
    days += Number(match[1]) * (unit.startsWith("micro") ? 1 / 86_400e6 : (units[unit.charAt(0)] ?? 0));
    rest = rest.slice(match[0].length).replace(/^[\s,]+/, "");
  }
  return days;
}

/** As Longitude writes durations: whole days, hours or minutes. @throws LongitudeError ACES_UNSUPPORTED */
export function durationText(days: number): string {
  for (const [unit, size] of [
    ["y", 1 / DAYS_PER_YEAR],
    ["d", 1],
    ["mo", 12 / DAYS_PER_YEAR],
    ["h", 24],
    ["min", 1440],
  ] as const) {
    const amount = days * size;
    if (Math.abs(amount - Math.round(amount)) < 1e-6 && (amount !== 0 || unit === "d"))
      return `${Math.round(amount)}${unit}`;
  }
  throw unsupported("a time finer than minutes");
}
