/** What the evidence knows of time: by period, by design, without the first onsets, how early, and how late it was known. */
import { useCallback, useMemo } from "react";
import { count } from "../../../../src/drawing/number-text.ts";
import english from "../../../languages/en/evidence.json";
import { ChartFrame } from "../../charts/chart-frame.tsx";
import { PlotFigure, type PlotFigureProps } from "../../charts/plot-figure.tsx";
import { Choice } from "../../controls/choice.tsx";
import { estimateText, horizonWords, shareText } from "../../language/figures.ts";
import { useTexts } from "../../language/texts.ts";
import { useSearchState } from "../../routing/search-state.ts";
import { Empty, Partial } from "../../states/states.tsx";
import { Bands } from "./bands.tsx";
import { IntervalDots } from "./interval-dots.tsx";
import type { Closer, OfTask } from "./of-task.ts";
import { beyond } from "./time-words.ts";

type Time = NonNullable<Closer["overTime"]>;
type Period = Time["periods"][number];

const MEASURES = ["auroc", "observedToExpected"] as const;
const KINDS = ["internal", "temporal", "site", "external"] as const;

export function OverTime({ of, period, time }: OfTask & { readonly time: Time | null }) {
  const t = useTexts("evidence", english);
  return (
    <section className="panel stack" aria-labelledby="over-time">
      <h2 id="over-time">{t("overTime")}</h2>
      {time === null ? (
        <Partial title={t("noPeriods")}>
          <p>{t("noPeriodsWhy")}</p>
        </Partial>
      ) : (
        <Periods of={of} period={period} time={time} />
      )}
      <div className="grid">
        <Designs of={of} period={period} />
        <Gaps of={of} period={period} />
        {time !== null && <Bands kind="lead-time" of={of} period={period} time={time} />}
        {time !== null && <Bands kind="label-delay" of={of} period={period} time={time} />}
      </div>
    </section>
  );
}

interface Timed extends OfTask {
  readonly time: Time;
}

function Periods({ of, period, time: { grain, periods } }: Timed) {
  const t = useTexts("evidence", english);
  const [asked, setMeasure] = useSearchState("measure", MEASURES[0]);
  const measure = MEASURES.find((name) => name === asked) ?? MEASURES[0];
  const whole = of.figures.models[of.mainModel]?.[measure] ?? null;
  const judged = periods.filter(({ figures }) => (figures?.[measure] ?? null) !== null);
  const apart = judged.filter(({ figures }) => beyond(figures?.[measure] ?? null, whole?.value ?? null));
  const draw = useCallback<PlotFigureProps["draw"]>(
    (plot, width) => periodMarks(plot, width, periods, measure, whole?.value ?? null, t(measure)),
    [periods, measure, whole, t],
  );
  const finding = t(judged.length < 2 ? "timeOne" : apart.length === 0 ? "timeEven" : "timeApart", {
    grain: t(grain),
    measure: t(measure),
    apart: apart.length,
    judged: judged.length,
    whole: estimateText(whole, 2),
  });
  const size = (n: number | null) =>
    n === null || n < of.minimumCell ? t("fewEvents", { least: of.minimumCell }) : count(n);
  return (
    <>
      <Choice
        {...{ id: "measure", label: t("measure"), value: measure, onChange: setMeasure }}
        options={MEASURES.map((name) => [name, t(name)] as const)}
      />
      <ChartFrame
        name="periods"
        finding={finding}
        n={count(of.n)}
        period={period}
        interval={t("interval")}
        table={{
          columns: [t(grain), t("n"), t("events"), t("auroc"), t("observedToExpected"), t("missed")],
          rows: periods.map(({ name, n, events, figures }) =>
            figures === null
              ? [name, size(n), size(events), t("fewToJudge"), null, null]
              : [
                  name,
                  size(n),
                  size(events),
                  estimateText(figures.auroc, 2),
                  estimateText(figures.observedToExpected, 2),
                  shareText(figures.falseNegativeRate),
                ],
          ),
        }}
        legend={
          <>
            <span>
              ● {t("model")}, {t("interval")}
            </span>
            <span>╍ {t("wholeTime")}</span>
          </>
        }
      >
        <PlotFigure label={finding} height={280} draw={draw} />
      </ChartFrame>
      <p>{t("timeHow", { judged: judged.length })}</p>
    </>
  );
}

function periodMarks(
  plot: Parameters<PlotFigureProps["draw"]>[0],
  width: number,
  periods: readonly Period[],
  measure: (typeof MEASURES)[number],
  whole: number | null,
  label: string,
): ReturnType<PlotFigureProps["draw"]> {
  const known = periods.flatMap(({ name, figures }) => {
    const own = figures?.[measure] ?? null;
    return own === null ? [] : [{ name, ...own }];
  });
  const names = periods.map(({ name }) => name);
  const every = Math.max(1, Math.ceil((names.length * 70) / Math.max(70, width)));
  return {
    marginLeft: 56,
    marginBottom: 42,
    x: { type: "point", label: null, domain: names, ticks: names.filter((_, i) => i % every === 0) },
    y: { label: `↑ ${label}`, grid: true },
    marks: [
      ...(whole === null ? [] : [plot.ruleY([whole], { stroke: "var(--ink)", strokeDasharray: "6 4" })]),
      plot.ruleX(known, { x: "name", y1: "low", y2: "high", stroke: "var(--main)", strokeWidth: 3 }),
      plot.dot(known, { x: "name", y: "value", fill: "var(--main)", r: 5 }),
    ],
  };
}

function Designs({ of, period }: OfTask) {
  const t = useTexts("evidence", english);
  const { designs } = of;
  const rows = useMemo(
    () =>
      KINDS.flatMap((kind) => {
        const found = designs.filter((one) => one.kind === kind);
        if (found.length === 0) return [{ name: t(kind), n: null, heldOut: null, auroc: null, oe: null }];
        return found.map(({ n, heldOut, auroc, observedToExpected: oe }) => ({
          ...{ name: t(kind), n, heldOut, auroc, oe },
        }));
      }),
    [designs, t],
  );
  const dots = useMemo(() => rows.map(({ name, auroc }) => ({ name, estimate: auroc })), [rows]);
  const measured = rows.filter(({ auroc }) => auroc !== null);
  const finding = t(
    measured.length === 0 ? "designNone" : measured.length === 1 ? "designOne" : "designMany",
    {
      parts: measured.map(({ name, auroc }) => `${name} ${estimateText(auroc, 2)}`).join("; "),
    },
  );
  return (
    <ChartFrame
      name="designs"
      finding={finding}
      n={measured.map(({ n }) => (n === null ? "–" : count(n))).join(", ") || null}
      period={period}
      interval={t("interval")}
      table={{
        columns: [t("design"), t("heldOut"), t("n"), t("auroc"), t("observedToExpected")],
        rows: rows.map(({ name, heldOut, n, auroc, oe }) => [
          name,
          heldOut,
          n === null ? null : count(n),
          auroc === null ? t("notMeasured") : estimateText(auroc, 2),
          oe === null ? null : estimateText(oe, 2),
        ]),
      }}
    >
      <IntervalDots label={finding} rows={dots} x={`${t("auroc")} →`} at={0.5} missing={t("notMeasured")} />
    </ChartFrame>
  );
}

function Gaps({ of, period }: OfTask) {
  const t = useTexts("evidence", english);
  const { gaps } = of;
  const rows = useMemo(
    () =>
      gaps.map(({ gap, auroc }) => ({
        name: gap === "none" ? t("gapNone") : t("gapOf", { gap: horizonWords(gap) }),
        estimate: auroc,
      })),
    [gaps, t],
  );
  const [first, last] = [gaps[0], gaps.at(-1)];
  if (first === undefined || last === undefined)
    return (
      <Empty title={t("noGaps")}>
        <p>{t("noGapsWhy")}</p>
      </Empty>
    );
  const finding = t(gaps.length === 1 ? "gapOnly" : "gapFinding", {
    all: estimateText(first.auroc, 2),
    gap: horizonWords(last.gap),
    late: estimateText(last.auroc, 2),
  });
  return (
    <ChartFrame
      name="gaps"
      finding={finding}
      n={[...new Set(gaps.map(({ auroc }) => (auroc === null ? "–" : count(auroc.n))))].join(", ")}
      period={period}
      interval={t("interval")}
      table={{
        columns: [t("gap"), t("n"), t("auroc")],
        rows: gaps.map(({ auroc }, i) => [
          rows[i]?.name ?? null,
          auroc === null ? null : count(auroc.n),
          estimateText(auroc, 2),
        ]),
      }}
    >
      <IntervalDots label={finding} rows={rows} x={`${t("auroc")} →`} at={0.5} missing={t("fewToJudge")} />
    </ChartFrame>
  );
}
