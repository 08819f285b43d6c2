/** Where the newest records come from, and what became of each candidate event: kept, or left out for a reason. */
import { useCallback, useMemo } from "react";
import { count, percent } from "../../../../src/drawing/number-text.ts";
import type { QualityAnswer } from "../../../../src/serving/workspace/building/quality-answer.ts";
import english from "../../../languages/en/quality.json";
import { ChartFrame } from "../../charts/chart-frame.tsx";
import { PlotFigure, type PlotFigureProps } from "../../charts/plot-figure.tsx";
import { useTexts } from "../../language/texts.ts";
import { Partial } from "../../states/states.tsx";

type Records = NonNullable<QualityAnswer["records"]>;
type Account = NonNullable<Records["account"]>;

export function Sources({ records }: { readonly records: Records }) {
  const t = useTexts("quality", english);
  const { id, readAt, account } = records;
  return (
    <section className="panel stack" aria-labelledby="source">
      <h2 id="source">{t("source")}</h2>
      <dl className="facts">
        <dt>{t("records")}</dt>
        <dd>
          <code>{id.slice(0, 16)}</code>
        </dd>
        <dt>{t("readAt")}</dt>
        <dd>{readAt.slice(0, 16).replace("T", " ")} UTC</dd>
        {account !== null && (
          <>
            <dt>{t("format")}</dt>
            <dd>{account.format}</dd>
            <dt>{t("files")}</dt>
            <dd>
              {t("filesOf", { count: account.input.files, size: (account.input.bytes / 1e6).toFixed(1) })}
            </dd>
            <dt>{t("dataset")}</dt>
            <dd>
              {t("datasetOf", {
                persons: account.dataset.subjects,
                events: account.dataset.events,
                codes: account.dataset.codes,
              })}
            </dd>
          </>
        )}
      </dl>
      {account === null ? (
        <Partial title={t("noAccount")}>
          <p>{t("noAccountWhy")}</p>
        </Partial>
      ) : (
        <Fates account={account} readAt={readAt} />
      )}
    </section>
  );
}

function Fates({ account, readAt }: { readonly account: Account; readonly readAt: string }) {
  const t = useTexts("quality", english);
  const { candidates, rejectShare, rejectLimit, tally } = account;
  const rows = useMemo(
    () =>
      tally.map(({ fate, reason, source, count: n }) => ({
        name: `${source}: ${fate}${reason === "" ? "" : `, ${reason}`}`,
        n,
        fate,
      })),
    [tally],
  );
  const draw = useCallback<PlotFigureProps["draw"]>(
    (plot) => {
      const most = Math.max(1, ...rows.map(({ n }) => n));
      return {
        marginLeft: 4,
        marginRight: 70,
        x: { label: t("candidates"), domain: [0, most], ticks: 4, tickFormat: "~s" },
        y: { label: null, domain: rows.map(({ name }) => name), axis: null },
        marks: [
          plot.barX(rows, {
            y: "name",
            x: "n",
            fill: ({ fate }: { fate: string }) => (fate === "rejected" ? "var(--bad)" : "var(--main)"),
            fillOpacity: ({ fate }: { fate: string }) => (fate === "kept" || fate === "rejected" ? 1 : 0.35),
            insetTop: 16,
          }),
          plot.text(rows, {
            y: "name",
            x: 0,
            text: "name",
            dy: -9,
            dx: 2,
            textAnchor: "start",
            fill: "currentColor",
          }),
          plot.text(rows, {
            y: "name",
            x: "n",
            text: ({ n }: { n: number }) => count(n),
            dx: 6,
            dy: 8,
            textAnchor: "start",
            fill: "currentColor",
          }),
        ],
      };
    },
    [rows, t],
  );
  const finding = t(candidates.rejected === 0 ? "noneRejected" : "someRejected", {
    in: candidates.in,
    kept: candidates.kept,
    rejected: candidates.rejected,
    share: percent(rejectShare, 2),
    limit: percent(rejectLimit, 1),
  });
  return (
    <>
      <ChartFrame
        name="fates"
        finding={finding}
        n={t("candidatesN", { count: candidates.in })}
        period={t("importOf", { at: readAt.slice(0, 10) })}
        interval={null}
        table={{
          columns: [t("origin"), t("fate"), t("reason"), t("events")],
          rows: tally.map(({ source, fate, reason, count: n }) => [source, fate, reason, n]),
        }}
      >
        <PlotFigure label={finding} height={50 + 38 * rows.length} draw={draw} />
      </ChartFrame>
      <List title={t("notes")} rows={account.notes} />
      <List title={t("unknownUnits")} rows={account.unknownUnits} />
    </>
  );
}

function List({ title, rows }: { readonly title: string; readonly rows: Account["notes"] }) {
  if (rows.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul>
        {rows.slice(0, 20).map(({ what, count: n }) => (
          <li key={what}>
            {what}: {count(n)}
          </li>
        ))}
      </ul>
    </>
  );
}
