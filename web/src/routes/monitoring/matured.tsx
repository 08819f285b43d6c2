/** Forecasts whose time has passed, against what came. */
import { useCallback } from "react";
import { count } from "../../../../src/drawing/number-text.ts";
import english from "../../../languages/en/monitoring.json";
import { ChartFrame, ChartTableView } from "../../charts/chart-frame.tsx";
import { PlotFigure, type PlotFigureProps } from "../../charts/plot-figure.tsx";
import { estimateText, horizonWords } from "../../language/figures.ts";
import { useTexts } from "../../language/texts.ts";
import { Empty } from "../../states/states.tsx";
import type { OfMonitoring } from "./unit-name.ts";

type Group = OfMonitoring["of"]["matured"][number];

const nameOf = ({ exposure, group, title, horizon }: Group) =>
  `${exposure}, ${group}: ${title}, ${horizonWords(horizon)}`;

export function Matured({ of: { matured, minimumCell } }: OfMonitoring) {
  const t = useTexts("monitoring", english);
  const draw = useCallback<PlotFigureProps["draw"]>(
    (plot, width) => forest(plot, width, matured, t("maturedX")),
    [matured, t],
  );
  if (matured.length === 0)
    return (
      <section className="panel stack" aria-labelledby="matured">
        <h2 id="matured">{t("matured")}</h2>
        <Empty title={t("noMatured")}>
          <p>{t("noMaturedWhy")}</p>
        </Empty>
      </section>
    );
  const judged = matured.flatMap(({ observedToExpected }) => observedToExpected ?? []);
  const under = judged.filter(({ low }) => low > 1).length;
  const over = judged.filter(({ high }) => high < 1).length;
  const finding = t(judged.length === 0 ? "maturedFew" : under + over > 0 ? "maturedSome" : "maturedNone", {
    under,
    over,
    judged: judged.length,
  });
  const table = {
    columns: [t("group"), t("persons"), t("onsets"), t("cIndex"), t("observedToExpected")],
    rows: matured.map((group) => [
      nameOf(group),
      group.persons === null ? t("fewer", { least: minimumCell }) : count(group.persons),
      group.onsets === null ? t("few") : count(group.onsets),
      estimateText(group.cIndex),
      estimateText(group.observedToExpected),
    ]),
  };
  return (
    <section className="panel stack" aria-labelledby="matured">
      <h2 id="matured">{t("matured")}</h2>
      {judged.length === 0 ? (
        <ChartTableView caption={finding} {...table} />
      ) : (
        <ChartFrame
          name="matured-chart"
          finding={finding}
          n={t("maturedN", { n: Math.max(...matured.map(({ persons }) => persons ?? 0)) })}
          period={t("maturedPeriod")}
          interval={t("maturedInterval")}
          table={table}
        >
          <PlotFigure label={finding} height={60 + 30 * judged.length} draw={draw} />
        </ChartFrame>
      )}
    </section>
  );
}

function forest(
  plot: Parameters<PlotFigureProps["draw"]>[0],
  width: number,
  matured: readonly Group[],
  label: string,
): ReturnType<PlotFigureProps["draw"]> {
  const rows = matured.flatMap((group) =>
    group.observedToExpected === null ? [] : [{ name: nameOf(group), ...group.observedToExpected }],
  );
  const room = Math.min(280, Math.floor(width * 0.45));
  const fits = Math.floor(room / 7.5);
  return {
    marginLeft: room,
    marginBottom: 40,
    x: { label, grid: true, ticks: Math.max(2, Math.floor(width / 120)) },
    y: {
      label: null,
      domain: rows.map(({ name }) => name),
      tickFormat: (name: string) => (name.length > fits ? `${name.slice(0, fits - 1)}…` : name),
    },
    marks: [
      plot.ruleX([1], { stroke: "var(--ink)", strokeDasharray: "6 4" }),
      plot.ruleY(rows, { y: "name", x1: "low", x2: "high", stroke: "var(--main)", strokeWidth: 3 }),
      plot.dot(rows, { y: "name", x: "value", fill: "var(--main)", r: 5 }),
    ],
  };
}
