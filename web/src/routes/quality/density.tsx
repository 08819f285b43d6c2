/** Events by domain over time: where a source began, ended or paused. The darker, the more; each cell's number stands in the table. */
import { useCallback, useMemo } from "react";
import { count } from "../../../../src/drawing/number-text.ts";
import type { QualityAnswer } from "../../../../src/serving/workspace/building/quality-answer.ts";
import english from "../../../languages/en/quality.json";
import { ChartFrame } from "../../charts/chart-frame.tsx";
import { PlotFigure, type PlotFigureProps } from "../../charts/plot-figure.tsx";
import { useTexts } from "../../language/texts.ts";
import { Suppressed } from "../../states/states.tsx";

export interface DensityProps {
  readonly density: NonNullable<QualityAnswer["density"]>;
  readonly least: number;
  readonly readAt: string;
  onYear(year: string): void;
}

export function Density({ density, least, readAt, onYear }: DensityProps) {
  const t = useTexts("quality", english);
  const { columns, domains, years, year } = density;
  const cells = useMemo(
    () =>
      domains.flatMap(({ domain, events }) =>
        events.map((n, i) => ({ domain, column: columns[i] as string, n })),
      ),
    [domains, columns],
  );
  const draw = useCallback<PlotFigureProps["draw"]>(
    (plot, width) => {
      const most = Math.max(1, ...cells.map(({ n }) => n ?? 0));
      const every = Math.ceil(columns.length / Math.max(3, Math.floor(width / 70)));
      return {
        marginLeft: 96,
        padding: 0,
        x: {
          label: null,
          domain: [...columns],
          ticks: columns.filter((_, i) => i % every === 0),
          tickSize: 0,
        },
        y: { label: null, domain: domains.map(({ domain }) => domain), tickSize: 0 },
        marks: [
          plot.cell(
            cells.filter(({ n }) => n !== null && n > 0),
            {
              x: "column",
              y: "domain",
              fill: "var(--main)",
              fillOpacity: ({ n }: { n: number }) => 0.12 + 0.88 * (Math.log1p(n) / Math.log1p(most)),
              inset: 0.5,
            },
          ),
          plot.cell(
            cells.filter(({ n }) => n === null),
            {
              x: "column",
              y: "domain",
              fill: "none",
              stroke: "var(--edge)",
              strokeDasharray: "2 2",
              inset: 1,
            },
          ),
        ],
      };
    },
    [cells, columns, domains],
  );
  const few = cells.filter(({ n }) => n === null).length;
  const empty = cells.filter(({ n }) => n === 0).length;
  const busiest = cells.reduce(
    (top, cell) => ((cell.n ?? 0) > (top.n ?? 0) ? cell : top),
    cells[0] ?? NOTHING,
  );
  const finding = t(year === null ? "densityYears" : "densityMonths", {
    domain: busiest.domain,
    column: busiest.column,
    events: busiest.n ?? 0,
    empty,
    all: cells.length,
  });
  return (
    <section className="panel stack" aria-labelledby="density-title">
      <h2 id="density-title">{t("density")}</h2>
      <p className="field">
        <label htmlFor="year">{t("period")}</label>
        <select id="year" value={year ?? ""} onChange={({ target }) => onYear(target.value)}>
          <option value="">{t("everyYear")}</option>
          {years.map((one) => (
            <option key={one} value={one}>
              {t("monthsOf", { year: String(one) })}
            </option>
          ))}
        </select>
      </p>
      {few > 0 && few === cells.filter(({ n }) => n !== 0).length ? (
        <Suppressed least={least} />
      ) : (
        <ChartFrame
          name="density"
          finding={finding}
          n={t("eventsN", { count: cells.reduce((sum, { n }) => sum + (n ?? 0), 0) })}
          period={`${columns[0]} – ${columns.at(-1)}; ${t("importOf", { at: readAt.slice(0, 10) })}`}
          interval={null}
          table={{
            columns: [t(year === null ? "year" : "month"), ...domains.map(({ domain }) => domain)],
            rows: columns.map((column, i) => [
              column,
              ...domains.map(({ events }) =>
                events[i] === null ? t("few", { least }) : count(events[i] as number),
              ),
            ]),
          }}
          legend={
            <>
              <span>▓ {t("darker")}</span>
              <span>┄ {t("fewCells", { count: few, least })}</span>
              <span>{t("blank")}</span>
            </>
          }
        >
          <PlotFigure label={finding} height={50 + 40 * domains.length} draw={draw} />
        </ChartFrame>
      )}
    </section>
  );
}

const NOTHING = { domain: "–", column: "–", n: 0 };
