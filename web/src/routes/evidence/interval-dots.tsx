/** One value with its 95 % interval a row; a row without one says why. */
import { useCallback } from "react";
import { PlotFigure, type PlotFigureProps } from "../../charts/plot-figure.tsx";

export interface IntervalRow {
  readonly name: string;
  readonly estimate: { readonly value: number; readonly low: number; readonly high: number } | null;
}

interface Props {
  readonly label: string;
  /** Keep the array the same between renders. */
  readonly rows: readonly IntervalRow[];
  readonly x: string;
  /** Where a dashed line stands. */
  readonly at: number;
  /** Said of a row that has no value. */
  readonly missing: string;
  readonly marginLeft?: number;
  format?(value: number): string;
}

const ROW = 34;

export function IntervalDots({ label, rows, x, at, missing, marginLeft = 110, format }: Props) {
  const draw = useCallback<PlotFigureProps["draw"]>(
    (plot, width) => {
      const known = rows.flatMap(({ name, estimate }) => (estimate === null ? [] : [{ name, ...estimate }]));
      return {
        marginLeft: Math.min(marginLeft, width / 2),
        marginBottom: 40,
        x: {
          label: x,
          grid: true,
          ticks: Math.max(3, Math.floor(width / 90)),
          ...(format === undefined ? {} : { tickFormat: format }),
        },
        y: { label: null, domain: rows.map(({ name }) => name) },
        marks: [
          plot.ruleX([at], { stroke: "var(--ink)", strokeDasharray: "6 4" }),
          plot.ruleY(known, { y: "name", x1: "low", x2: "high", stroke: "var(--main)", strokeWidth: 3 }),
          plot.dot(known, { y: "name", x: "value", fill: "var(--main)", r: 5 }),
          plot.text(
            rows.filter(({ estimate }) => estimate === null),
            { y: "name", x: at, text: () => missing, dx: 8, textAnchor: "start", fill: "currentColor" },
          ),
        ],
      };
    },
    [rows, x, at, missing, marginLeft, format],
  );
  return <PlotFigure label={label} height={60 + ROW * rows.length} draw={draw} />;
}
