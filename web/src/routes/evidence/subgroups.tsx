/** Whether the model is as right for each group; a group that is too small to judge is not called fair. */
import { useCallback } from "react";
import { count, estimateText, shareText } from "../../../../src/drawing/number-text.ts";
import english from "../../../languages/en/evidence.json";
import { ChartFrame, ChartTableView } from "../../charts/chart-frame.tsx";
import { PlotFigure, type PlotFigureProps } from "../../charts/plot-figure.tsx";
import { useTexts } from "../../language/texts.ts";
import { useSearchState } from "../../routing/search-state.ts";
import type { Closer, OfTask } from "./of-task.ts";

type Group = Closer["subgroups"][number];

export function Subgroups({ of, period, closer: { subgroups } }: OfTask & { readonly closer: Closer }) {
  const t = useTexts("evidence", english);
  const [by, setBy] = useSearchState("by", subgroups[0]?.attribute ?? "");
  const group = subgroups.find(({ attribute }) => attribute === by) ?? subgroups[0];
  if (group === undefined) return null;
  return (
    <section className="panel stack" aria-labelledby="subgroups">
      <h2 id="subgroups">{t("subgroups")}</h2>
      <p className="field">
        <label htmlFor="by">{t("attribute")}</label>
        <select id="by" value={group.attribute} onChange={({ target }) => setBy(target.value)}>
          {subgroups.map(({ attribute }) => (
            <option key={attribute} value={attribute}>
              {attribute}
            </option>
          ))}
        </select>
      </p>
      <Forest of={of} period={period} group={group} />
    </section>
  );
}

function Forest({ of, period, group }: OfTask & { readonly group: Group }) {
  const t = useTexts("evidence", english);
  const { attribute, levels, reference } = group;
  const draw = useCallback<PlotFigureProps["draw"]>((plot) => forest(plot, levels, t("groupX")), [levels, t]);
  const ratios = levels.flatMap(({ figures }) => figures?.observedToExpected ?? []);
  const under = ratios.filter(({ low }) => low > 1).length;
  const over = ratios.filter(({ high }) => high < 1).length;
  const few = levels.length - ratios.length;
  const finding = t(under + over > 0 ? "groupSome" : "groupNone", {
    attribute,
    under,
    over,
    judged: ratios.length,
    few,
    all: levels.length,
  });
  const table = {
    columns: [
      t("group"),
      t("n"),
      t("events"),
      t("observedToExpected"),
      t("auroc"),
      t("ratio", { reference: reference ?? "–" }),
      t("missed"),
    ],
    rows: levels.map(({ name, n, events, figures, ratio }) => {
      const size = n < of.minimumCell ? t("fewEvents", { least: of.minimumCell }) : count(n);
      const onsets = events === null ? t("fewEvents", { least: of.minimumCell }) : count(events);
      return figures === null
        ? [name, size, onsets, t("few"), null, null, null]
        : [
            name,
            size,
            onsets,
            estimateText(figures.observedToExpected, 2),
            estimateText(figures.auroc, 2),
            name === reference ? t("reference") : estimateText(ratio?.auroc, 2),
            shareText(figures.falseNegativeRate),
          ];
    }),
  };
  return (
    <>
      <ChartFrame
        name="subgroups-chart"
        finding={finding}
        n={count(of.n)}
        period={period}
        interval={t("interval")}
        table={table}
      >
        <PlotFigure label={finding} height={60 + 34 * levels.length} draw={draw} />
      </ChartFrame>
      <ChartTableView caption={`${t("subgroups")}: ${attribute}`} {...table} />
    </>
  );
}

function forest(
  plot: Parameters<PlotFigureProps["draw"]>[0],
  levels: Group["levels"],
  label: string,
): ReturnType<PlotFigureProps["draw"]> {
  const rows = levels.flatMap(({ name, figures }) => {
    const own = figures?.observedToExpected ?? null;
    return own === null ? [] : [{ name, ...own }];
  });
  const unjudged = levels.filter(({ figures }) => (figures?.observedToExpected ?? null) === null);
  return {
    marginLeft: 110,
    marginBottom: 40,
    x: { label, grid: true },
    y: { label: null, domain: levels.map(({ name }) => name) },
    marks: [
      plot.ruleX([1], { stroke: "var(--ink)", strokeDasharray: "6 4" }),
      plot.ruleY(rows, { y: "name", x1: "low", x2: "high", stroke: "var(--main)", strokeWidth: 3 }),
      plot.dot(rows, { y: "name", x: "value", fill: "var(--main)", r: 5 }),
      plot.text(unjudged, {
        y: "name",
        x: 1,
        text: () => "too few to judge",
        dx: 8,
        textAnchor: "start",
        fill: "currentColor",
      }),
    ],
  };
}
