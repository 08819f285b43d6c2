/** Training and tuning loss of each head by epoch; the epoch whose weights were kept is marked. */
import { figure } from "../../drawing/figure.ts";
import { type Markup, markup } from "../../drawing/markup.ts";
import { fixed } from "../../drawing/number-text.ts";
import { niceScale, type Scale, scaleOf } from "../../drawing/scale.ts";
import type { TrainingRecord } from "./report-input.ts";

type Point = TrainingRecord["curve"][number];

interface Series {
  readonly label: string;
  readonly kind: "tuning" | "training";
  readonly of: (point: Point) => number;
}

const NEXT_EVENT: readonly Series[] = [
  { label: "training", kind: "training", of: (point) => point.trainingNextEventLoss },
  { label: "tuning", kind: "tuning", of: (point) => point.nextEventLoss },
];
const ONSET: readonly Series[] = [
  { label: "training", kind: "training", of: (point) => point.trainingOnsetLoss },
  { label: "tuning", kind: "tuning", of: (point) => point.onsetLoss },
];

/** @returns the position in the curve with the lowest tuning loss */
export function bestPoint(curve: readonly Point[]): number {
  return curve.reduce((best, { loss }, i) => (loss < (curve[best]?.loss ?? Infinity) ? i : best), 0);
}

export function learningCurve({ curve, parameters }: TrainingRecord, tuningPersons: number | null): Markup {
  const best = bestPoint(curve);
  const last = curve.length - 1;
  const kept = curve[best]?.loss ?? Number.NaN;
  const title =
    best === last
      ? `Tuning loss was lowest after the last epoch, ${last + 1}; more epochs might lower it further`
      : `Tuning loss was lowest after epoch ${best + 1} of ${last + 1}; those weights are kept`;
  return figure({
    level: 3,
    title,
    about: `${parameters.toLocaleString("en-US")} parameters. Losses are means of the negative log-likelihood: per event for the next event, per clock tick for the onsets. ${tuningPersons === null ? "" : `Tuning n = ${tuningPersons.toLocaleString("en-US")} people, never trained on. `}Training losses are running means with dropout on, tuning losses those of the averaged weights, so the two are not on one footing. One run, no interval.`,
    chart: markup`<div class="pair">${panel("Next event", NEXT_EVENT, curve, best)}${panel("Time to first onset", ONSET, curve, best)}</div>`,
    table: {
      caption: `Loss by epoch; the lowest total tuning loss is ${fixed(kept, 3)}`,
      columns: [
        "Epoch",
        "Next event, training",
        "Next event, tuning",
        "Onset, training",
        "Onset, tuning",
        "Total, tuning",
      ],
      rows: curve.map((point, i) => [
        `${i + 1}${i === best ? " (kept)" : ""}`,
        ...[
          point.trainingNextEventLoss,
          point.nextEventLoss,
          point.trainingOnsetLoss,
          point.onsetLoss,
          point.loss,
        ].map((loss) => fixed(loss, 3)),
      ]),
    },
  });
}

function panel(name: string, series: readonly Series[], curve: readonly Point[], best: number): Markup {
  const y = niceScale(
    curve.flatMap((point) => series.map(({ of }) => of(point))),
    4,
  );
  const x = scaleOf(0.5, curve.length + 0.5, 1);
  const ticks = x.ticks.filter((tick) => curve.length <= 13 || tick % 5 === 0 || tick === 1);
  const up = (value: number) => `${(100 - y.at(value)).toFixed(2)}%`;
  const bestAt = x.percent(best + 1);
  return markup`<div class="panel"><h4>${name}</h4><div class="plot"><svg class="lines" role="img" aria-label="${name}: training and tuning loss over ${curve.length} epochs, epoch ${best + 1} kept">${y.ticks.map(
    (tick) =>
      markup`<line class="grid" x1="0" x2="100%" y1="${up(tick)}" y2="${up(tick)}"/><text class="tick end" x="-7" y="${up(tick)}" dy="4">${fixed(tick, y.digits)}</text>`,
  )}${ticks.map((tick) => markup`<text class="tick" x="${x.percent(tick)}" y="100%" dy="17">${tick}</text>`)}<line class="best" x1="${bestAt}" x2="${bestAt}" y1="0" y2="100%"/><text class="best-label" x="${bestAt}" y="0" dy="-5">kept: epoch ${best + 1}</text>${series.map(
    (one, i) => seriesMarks(one, curve, x, y, labelShift(series, i, curve, y)),
  )}<text class="axis-title" x="50%" y="100%" dy="34">epoch</text></svg></div></div>`;
}

/** Pixels that keep the labels of two lines with nearly the same end apart. */
function labelShift(series: readonly Series[], i: number, curve: readonly Point[], y: Scale): number {
  const ends = series.map(({ of }) => y.at(of(curve.at(-1) as Point)));
  const [mine, other] = [ends[i] ?? 0, ends[1 - i] ?? 0];
  if (Math.abs(mine - other) > 7) return 0;
  return mine > other || (mine === other && i === 0) ? -7 : 7;
}

function seriesMarks(
  { label, kind, of }: Series,
  curve: readonly Point[],
  x: Scale,
  y: Scale,
  shift: number,
): Markup {
  const points = curve.map((point, i) => [x.at(i + 1), 100 - y.at(of(point))] as const);
  const [endX, endY] = points.at(-1) ?? [0, 0];
  const path = points
    .map(([px, py], i) => `${i === 0 ? "M" : "L"}${px.toFixed(2)} ${py.toFixed(2)}`)
    .join("");
  const shape = kind === "tuning" ? "k-circle" : "k-square";
  return markup`<svg class="stretch" viewBox="0 0 100 100" preserveAspectRatio="none"><path class="line loss-${kind}" d="${path}"/></svg>${points.map(
    ([px, py], i) =>
      markup`<use href="#${shape}" x="${px.toFixed(2)}%" y="${py.toFixed(2)}%" class="mark small loss-${kind}"><title>epoch ${i + 1}, ${label}: ${fixed(of(curve[i] as Point), 3)}</title></use>`,
  )}<text class="direct loss-${kind}" x="${endX.toFixed(2)}%" y="${endY.toFixed(2)}%" dx="10" dy="${4 + shift}">${label}</text>`;
}
