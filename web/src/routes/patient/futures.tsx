/** Simulated futures as one reads them: in how many of them the outcome has come by each year, and how a measured value spreads. */
import { useCallback, useMemo, useState } from "react";
import { percent } from "../../../../src/drawing/number-text.ts";
import type { PatientAnswer } from "../../../../src/serving/workspace/patient/patient-answer.ts";
import type { Futures as Answer } from "../../../../src/serving/workspace/patient/simulated-futures.ts";
import english from "../../../languages/en/patient.json";
import { ChartFrame } from "../../charts/chart-frame.tsx";
import { PlotFigure, type PlotFigureProps } from "../../charts/plot-figure.tsx";
import { useAsked } from "../../data/queries.ts";
import { useTexts } from "../../language/texts.ts";
import { patientPath } from "../../patient/use-patient.ts";
import { Empty, Loaded } from "../../states/states.tsx";

export interface FuturesProps {
  readonly patient: PatientAnswer;
  readonly outcome: string;
}

export function Futures({ patient, outcome }: FuturesProps) {
  const query = useAsked<Answer>(patientPath(patient.key, "/futures"));
  return (
    <>
      <section className="panel">
        <Loaded query={query}>{(futures) => <OutcomeShares futures={futures} outcome={outcome} />}</Loaded>
      </section>
      <section className="panel">
        <Loaded query={query}>
          {(futures) => <Measures futures={futures} timeline={patient.timeline} />}
        </Loaded>
      </section>
    </>
  );
}

type Share = Answer["outcomes"][number]["shares"][number];

function OutcomeShares({ futures, outcome }: { readonly futures: Answer; readonly outcome: string }) {
  const t = useTexts("patient", english);
  const own = futures.outcomes.find((one) => one.outcome === outcome);
  const shares = useMemo<readonly Share[]>(
    () => (own === undefined ? [] : [{ year: 0, share: 0, low: 0, high: 0, direct: 0 }, ...own.shares]),
    [own],
  );
  const top = Math.min(1, 1.15 * Math.max(0.02, ...shares.map(({ high, direct }) => Math.max(high, direct))));
  const draw = useCallback<PlotFigureProps["draw"]>(
    (plot) => ({
      marginLeft: 48,
      y: { domain: [0, top], grid: true, label: null, tickFormat: (share: number) => percent(share) },
      x: { label: t("yearsFromNow"), ticks: 5 },
      marks: [
        plot.areaY(shares, { x: "year", y1: "low", y2: "high", fill: "var(--main)", fillOpacity: 0.18 }),
        plot.lineY(shares, { x: "year", y: "share", stroke: "var(--main)", strokeWidth: 2 }),
        plot.lineY(shares, {
          x: "year",
          y: "direct",
          stroke: "var(--hazards)",
          strokeWidth: 2,
          strokeDasharray: "5 4",
        }),
      ],
    }),
    [shares, top, t],
  );
  const last = shares.at(-1);
  if (own === undefined || last === undefined) return <Empty title={t("noFutures")} />;
  const finding = t("futuresFinding", {
    count: Math.round(last.share * futures.futures),
    futures: futures.futures,
    title: own.title,
    years: futures.years,
  });
  return (
    <ChartFrame
      name="futures"
      level={2}
      finding={finding}
      n={t("futuresN", { futures: futures.futures })}
      period={t("futuresPeriod", { years: futures.years })}
      interval={t("futuresInterval")}
      table={{
        columns: [t("year"), t("shareOfFutures"), t("low"), t("high"), t("directReading")],
        rows: own.shares.map(({ year, share, low, high, direct }) => [
          String(year),
          percent(share, 1),
          percent(low, 1),
          percent(high, 1),
          percent(direct, 1),
        ]),
      }}
      legend={
        <>
          <span>━ {t("shareOfFutures")}</span>
          <span>▒ {t("futuresInterval")}</span>
          <span>╍ {t("directReading")}</span>
          <span>{t("futuresApart")}</span>
        </>
      }
    >
      <PlotFigure label={finding} height={220} draw={draw} />
    </ChartFrame>
  );
}

interface MeasuresProps {
  readonly futures: Answer;
  readonly timeline: PatientAnswer["timeline"];
}

function Measures({ futures, timeline }: MeasuresProps) {
  const t = useTexts("patient", english);
  const [chosen, setChosen] = useState(0);
  const own = futures.measures[chosen] ?? futures.measures[0];
  const textOf = (code: string) => timeline.codes.find((one) => one.code === code)?.text ?? code;
  const past = useMemo(() => (own === undefined ? [] : pastValues(timeline, own.code)), [timeline, own]);
  const spreads = useMemo(() => own?.spreads.filter(({ quantiles }) => quantiles.length > 0) ?? [], [own]);
  const draw = useCallback<PlotFigureProps["draw"]>(
    (plot) => {
      const at = (q: number) => (spread: (typeof spreads)[number]) => spread.quantiles[q] as number;
      return {
        marginLeft: 48,
        y: { grid: true, label: own?.unit ?? null, nice: true },
        x: { label: t("yearsFromNow") },
        marks: [
          plot.areaY(spreads, { x: "year", y1: at(0), y2: at(4), fill: "var(--main)", fillOpacity: 0.14 }),
          plot.areaY(spreads, { x: "year", y1: at(1), y2: at(3), fill: "var(--main)", fillOpacity: 0.24 }),
          plot.lineY(spreads, { x: "year", y: at(2), stroke: "var(--main)", strokeWidth: 2 }),
          plot.ruleX([0], { stroke: "var(--edge)", strokeDasharray: "3 3" }),
          plot.dot(past, { x: "year", y: "value", fill: "var(--ink)", r: 3 }),
        ],
      };
    },
    [spreads, past, own, t],
  );
  const middle = spreads[Math.min(4, spreads.length - 1)];
  if (own === undefined || middle === undefined) return <Empty title={t("noMeasures")} />;
  const finding = t("measureFinding", {
    year: middle.year,
    measure: textOf(own.code),
    low: round(middle.quantiles[1]),
    high: round(middle.quantiles[3]),
    unit: own.unit ?? "",
  });
  return (
    <>
      <p className="field no-print">
        <label htmlFor="measure">{t("measure")}</label>
        <select id="measure" value={chosen} onChange={({ target }) => setChosen(Number(target.value))}>
          {futures.measures.map(({ code }, i) => (
            <option key={code} value={i}>
              {textOf(code)}
            </option>
          ))}
        </select>
      </p>
      <ChartFrame
        name="measure-fan"
        level={2}
        finding={finding}
        n={t("futuresN", { futures: futures.futures })}
        period={t("futuresPeriod", { years: futures.years })}
        interval={t("fanInterval")}
        table={{
          columns: [t("year"), t("futuresMeasured"), "10 %", "25 %", "50 %", "75 %", "90 %"],
          rows: own.spreads.map(({ year, futures: n, quantiles }) => [
            String(year),
            n,
            ...(quantiles.length === 0 ? [null, null, null, null, null] : quantiles.map(round)),
          ]),
        }}
        legend={
          <>
            <span>● {t("measured")}</span>
            <span>━ {t("median")}</span>
            <span>▒ {t("fanInterval")}</span>
          </>
        }
      >
        <PlotFigure label={finding} height={220} draw={draw} />
      </ChartFrame>
    </>
  );
}

const YEAR_MS = 365.25 * 86_400_000;

function pastValues({ codes, code, times, values }: PatientAnswer["timeline"], wanted: string) {
  const place = codes.findIndex((one) => one.code === wanted);
  const now = times.at(-1) ?? 0;
  return code.flatMap((one, i) =>
    one === place && values[i] !== null
      ? [{ year: ((times[i] as number) - now) / YEAR_MS, value: values[i] as number }]
      : [],
  );
}

function round(value: number | undefined): string {
  return value === undefined ? "–" : String(Number(value.toPrecision(3)));
}
