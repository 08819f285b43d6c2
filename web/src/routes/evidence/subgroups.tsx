/** Whether the model is as right for each group; a group that is too small to judge is not called fair. */
import { useMemo } from "react";
import { count } from "../../../../src/drawing/number-text.ts";
import english from "../../../languages/en/evidence.json";
import { ChartFrame, ChartTableView } from "../../charts/chart-frame.tsx";
import { estimateText, shareText } from "../../language/figures.ts";
import { useTexts } from "../../language/texts.ts";
import { useSearchState } from "../../routing/search-state.ts";
import { IntervalDots } from "./interval-dots.tsx";
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
  const rows = useMemo(
    () => levels.map(({ name, figures }) => ({ name, estimate: figures?.observedToExpected ?? null })),
    [levels],
  );
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
        <IntervalDots label={finding} rows={rows} x={t("groupX")} at={1} missing={t("fewToJudge")} />
      </ChartFrame>
      <ChartTableView caption={`${t("subgroups")}: ${attribute}`} {...table} />
    </>
  );
}
