/** The record as lanes, and the window of time that is looked at: plain data, so that moving it costs nothing but drawing. */
import type { Lane, PatientAnswer } from "../../../../src/serving/workspace/patient/patient-answer.ts";

export interface LaneEvents {
  readonly lane: Lane;
  /** By time; places in the record's arrays. */
  readonly events: Int32Array;
}

/** Pixels next to each other that all have a mark, both ends included. */
export interface Run {
  from: number;
  to: number;
}

export interface Window {
  readonly from: number;
  readonly to: number;
}

const DAY_MS = 86_400_000;
const SHORTEST_MS = DAY_MS;

/** Lanes that have events, in a fixed order. */
export function lanesOf({ codes, code }: PatientAnswer["timeline"]): LaneEvents[] {
  const of = new Map<Lane, number[]>();
  code.forEach((place, i) => {
    const lane = codes[place]?.lane ?? "other";
    const own = of.get(lane);
    if (own === undefined) of.set(lane, [i]);
    else own.push(i);
  });
  const order: readonly Lane[] = [
    "conditions",
    "measurements",
    "medications",
    "procedures",
    "encounters",
    "other",
  ];
  return order.flatMap((lane) => {
    const events = of.get(lane);
    return events === undefined ? [] : [{ lane, events: Int32Array.from(events) }];
  });
}

export function wholeWindow({ times }: PatientAnswer["timeline"], now: number): Window {
  const first = times[0] ?? now - DAY_MS;
  const margin = (now - first) * 0.02 + DAY_MS;
  return { from: first - margin, to: now + margin };
}

/** @param at time that stays where it is */
export function zoomed({ from, to }: Window, factor: number, at: number, whole: Window): Window {
  const span = Math.min(whole.to - whole.from, Math.max(SHORTEST_MS, (to - from) * factor));
  const share = (at - from) / (to - from);
  return within({ from: at - share * span, to: at + (1 - share) * span }, whole);
}

export function moved({ from, to }: Window, by: number, whole: Window): Window {
  return within({ from: from + by, to: to + by }, whole);
}

function within({ from, to }: Window, whole: Window): Window {
  const span = Math.min(to - from, whole.to - whole.from);
  const start = Math.min(Math.max(from, whole.from), whole.to - span);
  return { from: start, to: start + span };
}

/** First place in `events` whose time is at least `time`. */
export function firstFrom(events: Int32Array, times: readonly number[], time: number): number {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[events[middle] as number] as number) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The marks of a lane as they fall on the screen: one run where pixel after pixel has an event. A drawing of runs costs as much as
 * the screen is wide, however many events the record has.
 * @param events by time @param xOf pixel of a time, whole and rising
 */
export function runsOf(
  events: Int32Array,
  times: readonly number[],
  { from, to }: Window,
  xOf: (time: number) => number,
): Run[] {
  const runs: Run[] = [];
  let last: Run | undefined;
  for (let i = firstFrom(events, times, from); i < events.length; i++) {
    const time = times[events[i] as number] as number;
    if (time > to) break;
    const pixel = xOf(time);
    if (last !== undefined && pixel <= last.to + 1) last.to = pixel;
    else {
      last = { from: pixel, to: pixel };
      runs.push(last);
    }
  }
  return runs;
}

/** Of each lane, the events of these codes: kept beside the lanes, so that a frame looks at no others. */
export function markedOf(
  lanes: readonly LaneEvents[],
  { code }: PatientAnswer["timeline"],
  codes: ReadonlySet<number>,
): Int32Array[] {
  return lanes.map(({ events }) => events.filter((event) => codes.has(code[event] as number)));
}
