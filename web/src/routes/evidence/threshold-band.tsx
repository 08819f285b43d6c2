/** What the charts that depend on one threshold share: a figure at every threshold as a band, and the words below it. */
import type { BandPoint } from "./band-chart.tsx";
import type { Closer, OfTask } from "./of-task.ts";

export type Threshold = Closer["thresholds"][number];
type Figure = keyof Threshold["figures"];

/** Of 100 and as a share: what flagging by lot would do. */
export const AT_RANDOM = [
  { x: 0, y: 0 },
  { x: 100, y: 1 },
];

export interface ThresholdCharts extends OfTask {
  readonly thresholds: readonly Threshold[];
  readonly chosen: Threshold;
}

export function Legend({ parts }: { readonly parts: readonly string[] }) {
  return parts.map((part) => <span key={part}>{part}</span>);
}

export function bandOf(
  thresholds: readonly Threshold[],
  x: (threshold: Threshold) => number | null,
  name: Figure,
): BandPoint[] {
  return thresholds.flatMap((threshold) => {
    const at = x(threshold);
    const figure = threshold.figures[name];
    return at === null || figure === null
      ? []
      : [{ x: at, y: figure.value, low: figure.low, high: figure.high }];
  });
}

export function cells(
  figure: Threshold["figures"][Figure],
  write: (value: number) => string,
): (string | null)[] {
  return figure === null ? [null, null, null] : [figure.value, figure.low, figure.high].map(write);
}
