/** How often each unit is shown a forecast. */
import { useCallback, useMemo } from "react";
import { count, fixed } from "../../../../src/drawing/number-text.ts";
import english from "../../../languages/en/monitoring.json";
import { ChartFrame } from "../../charts/chart-frame.tsx";
import { PlotFigure, type PlotFigureProps } from "../../charts/plot-figure.tsx";
import { useTexts } from "../../language/texts.ts";
import { Suppressed } from "../../states/states.tsx";
import { type OfMonitoring, usePeriod, useUnitName } from "./unit-name.ts";

export function Burden({ of }: OfMonitoring) {
  const t = useTexts("monitoring", english);
  const nameOf = useUnitName();
  const period = usePeriod(of);
  const bars = useMemo(
    () =>
      of.units
        .flatMap(({ unit, figures }) =>
          figures === null || figures.shownPer100 === null
            ? []
            : [
                {
                  name: nameOf(unit),
                  shown: figures.shownPer100,
                  persons: figures.persons ?? 0,
                  requests: figures.requests,
                },
              ],
        )
        .sort((a, b) => b.shown - a.shown),
    [of, nameOf],
  );
  const label = t("shownPer100");
  const draw = useCallback<PlotFigureProps["draw"]>(
    (plot, width) => ({
      marginLeft: Math.min(140, Math.floor(width * 0.4)),
      marginRight: 44,
      marginBottom: 40,
      x: { label, grid: true, ticks: Math.max(2, Math.floor(width / 120)) },
      y: { label: null, domain: bars.map(({ name }) => name) },
      marks: [
        plot.barX(bars, { y: "name", x: "shown", fill: "var(--main)", insetTop: 4, insetBottom: 4 }),
        plot.text(bars, {
          y: "name",
          x: "shown",
          text: ({ shown }: { shown: number }) => fixed(shown, 0),
          dx: 5,
          textAnchor: "start",
          fill: "currentColor",
        }),
      ],
    }),
    [bars, label],
  );
  const [most] = bars;
  const finding =
    most === undefined || most.shown === 0
      ? t("burdenNone")
      : t("burdenMost", { unit: most.name, shown: fixed(most.shown, 0) });
  return (
    <section className="panel stack" aria-labelledby="burden">
      <h2 id="burden">{t("burden")}</h2>
      {most === undefined ? (
        <Suppressed least={of.minimumPersons} />
      ) : (
        <ChartFrame
          name="burden-chart"
          finding={finding}
          n={count(bars.reduce((sum, { persons }) => sum + persons, 0))}
          period={period}
          interval={null}
          table={{
            columns: [t("unit"), label, t("requests"), t("persons")],
            rows: bars.map(({ name, shown, requests, persons }) => [
              name,
              fixed(shown, 1),
              count(requests),
              count(persons),
            ]),
          }}
        >
          <PlotFigure label={finding} height={56 + 28 * bars.length} draw={draw} />
        </ChartFrame>
      )}
    </section>
  );
}
