/** A curve with its 95 % band and lines to hold it against, each told apart by its dash; the chosen point has a mark. */
import { useCallback } from "react";
import { PlotFigure, type PlotFigureProps } from "../../charts/plot-figure.tsx";

export interface BandPoint {
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
}

export interface BandChartProps {
  readonly label: string;
  /** Keep the arrays the same between renders. */
  readonly points: readonly BandPoint[];
  /** Dashed, without band: its own interval stands in the table. */
  readonly against: readonly { readonly x: number; readonly y: number }[];
  readonly chosen: BandPoint | null;
  readonly x: string;
  readonly y: string;
  readonly domain: readonly [number, number];
  format(value: number): string;
  formatX(value: number): string;
}

export function BandChart(props: BandChartProps) {
  const { label, points, against, chosen, x, y, domain, format, formatX } = props;
  const draw = useCallback<PlotFigureProps["draw"]>(
    (plot, width) => ({
      marginLeft: 56,
      marginBottom: 42,
      x: { label: x, grid: true, tickFormat: formatX, ticks: Math.max(3, Math.floor(width / 90)) },
      y: { label: y, grid: true, domain: [...domain], tickFormat: format, clamp: true },
      marks: [
        plot.areaY(points, { x: "x", y1: "low", y2: "high", fill: "var(--main)", fillOpacity: 0.15 }),
        plot.lineY(against, {
          x: "x",
          y: "y",
          stroke: "var(--soft)",
          strokeWidth: 2,
          strokeDasharray: "6 4",
        }),
        plot.lineY(points, { x: "x", y: "y", stroke: "var(--main)", strokeWidth: 2 }),
        ...(chosen === null
          ? []
          : [
              plot.ruleX([chosen], { x: "x", stroke: "var(--ink)", strokeDasharray: "2 3" }),
              plot.dot([chosen], { x: "x", y: "y", fill: "var(--ink)", r: 6, symbol: "diamond" }),
            ]),
      ],
    }),
    [points, against, chosen, x, y, domain, format, formatX],
  );
  return <PlotFigure label={label} height={280} draw={draw} />;
}
