/** How the forecast of one outcome came to be: what the model would have said of the record as it was known earlier. */
import { useCallback, useMemo } from "react";
import { percent } from "../../../../src/drawing/number-text.ts";
import type { PastRisks as Answer } from "../../../../src/serving/workspace/patient/past-risks.ts";
import type { PatientAnswer } from "../../../../src/serving/workspace/patient/patient-answer.ts";
import english from "../../../languages/en/patient.json";
import { ChartFrame } from "../../charts/chart-frame.tsx";
import { PlotFigure, type PlotFigureProps } from "../../charts/plot-figure.tsx";
import { useAsked } from "../../data/queries.ts";
import { horizonText } from "../../language/figures.ts";
import { useTexts } from "../../language/texts.ts";
import { type Forecast, patientPath } from "../../patient/use-patient.ts";
import { Empty, Loaded } from "../../states/states.tsx";

interface Point {
  readonly at: Date;
  readonly risk: number;
  readonly low: number | null;
  readonly high: number | null;
}

export interface PastRisksProps {
  readonly patient: PatientAnswer;
  readonly forecast: Forecast;
}

export function PastRisks({ patient, forecast }: PastRisksProps) {
  const query = useAsked<Answer>(patientPath(patient.key, "/past"));
  return (
    <Loaded query={query}>{({ past }) => <Chart past={past} patient={patient} forecast={forecast} />}</Loaded>
  );
}

function Chart({ past, patient, forecast }: PastRisksProps & Answer) {
  const t = useTexts("patient", english);
  const points = useMemo(() => pointsOf(past, patient, forecast), [past, patient, forecast]);
  const top = Math.min(
    1,
    1.15 * Math.max(0.02, ...points.map(({ risk, high }) => Math.max(risk, high ?? 0))),
  );
  const draw = useCallback<PlotFigureProps["draw"]>(
    (plot) => ({
      marginLeft: 48,
      y: { domain: [0, top], grid: true, label: null, tickFormat: (share: number) => percent(share) },
      x: { type: "utc", label: null },
      marks: [
        plot.ruleX(points, {
          x: "at",
          y1: (d: Point) => d.low ?? d.risk,
          y2: (d: Point) => d.high ?? d.risk,
          stroke: "var(--edge)",
          strokeWidth: 2,
        }),
        plot.lineY(points, { x: "at", y: "risk", stroke: "var(--main)", strokeWidth: 2 }),
        plot.dot(points, { x: "at", y: "risk", fill: "var(--main)", r: 4 }),
      ],
    }),
    [points, top],
  );
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length < 2)
    return <Empty title={t("noPast", { title: forecast.title })} />;
  const within = horizonText(forecast.horizonDays);
  const values = {
    title: forecast.title,
    within,
    from: percent(first.risk),
    to: percent(last.risk),
    since: day(first.at),
  };
  const finding = t(direction(first, last), values);
  return (
    <ChartFrame
      name="risk-over-time"
      finding={finding}
      n={t("onePatient")}
      period={`${day(first.at)} – ${day(last.at)}`}
      interval={t("pastInterval")}
      level={2}
      table={{
        columns: [t("day"), t("risk"), t("low"), t("high")],
        rows: points.map(({ at, risk, low, high }) => [
          day(at),
          percent(risk, 1),
          low === null ? null : percent(low, 1),
          high === null ? null : percent(high, 1),
        ]),
      }}
    >
      <PlotFigure label={finding} height={220} draw={draw} />
    </ChartFrame>
  );
}

/** Risen or fallen only where the one risk lies outside of the other's interval. */
function direction(first: Point, last: Point): "risen" | "fallen" | "steady" {
  if (last.risk > (first.high ?? first.risk) && last.risk > first.risk) return "risen";
  return last.risk < (first.low ?? first.risk) && last.risk < first.risk ? "fallen" : "steady";
}

function pointsOf(
  past: Answer["past"],
  patient: PatientAnswer,
  { outcome, horizon, risk, comparable }: Forecast,
): Point[] {
  const earlier = past.flatMap(({ at, forecasts }) => {
    const own = forecasts.find((one) => one.outcome === outcome && one.horizon === horizon);
    return own === undefined || own.risk === null
      ? []
      : [{ at: new Date(at), risk: own.risk, low: own.low, high: own.high }];
  });
  if (risk === null) return earlier;
  const now = {
    at: new Date(patient.predictionTime),
    risk,
    low: comparable?.low ?? null,
    high: comparable?.high ?? null,
  };
  return [...earlier, now];
}

function day(at: Date): string {
  return at.toISOString().slice(0, 10);
}
