/** Predicted against observed, with words that say which side under-estimates. */
import { useMemo } from "react";
import { count, percent } from "../../../../src/drawing/number-text.ts";
import english from "../../../languages/en/evidence.json";
import { ChartFrame } from "../../charts/chart-frame.tsx";
import { estimateText } from "../../language/figures.ts";
import { useTexts } from "../../language/texts.ts";
import { BandChart } from "./band-chart.tsx";
import type { Closer, OfTask } from "./of-task.ts";

const share = (value: number) => percent(value);

export function Calibration({ of, period, closer }: OfTask & { readonly closer: Closer }) {
  const t = useTexts("evidence", english);
  const { curve } = closer.calibration;
  const points = useMemo(
    () =>
      curve.flatMap(({ risk, observed }) =>
        observed === null ? [] : [{ x: risk, y: observed.value, low: observed.low, high: observed.high }],
      ),
    [curve],
  );
  const top = Math.max(0.02, ...points.map(({ x, high }) => Math.max(x, high)));
  const end = Math.max(0.02, ...points.map(({ x }) => x));
  const ideal = useMemo(
    () => [
      { x: 0, y: 0 },
      { x: end, y: end },
    ],
    [end],
  );
  const domain = useMemo(() => [0, top] as const, [top]);
  const ratio = of.figures.models[of.mainModel]?.observedToExpected ?? null;
  const finding = t(calibrationSide(ratio), { oe: estimateText(ratio, 2) });
  return (
    <section className="panel">
      <ChartFrame
        name="calibration"
        level={2}
        finding={finding}
        n={count(of.n)}
        period={period}
        interval={t("interval")}
        table={{
          columns: [t("calX"), t("calY"), t("low"), t("high")],
          rows: points.map(({ x, y, low, high }) => [x, y, low, high].map((value) => percent(value, 1))),
        }}
        legend={
          <>
            <span>━ {t("model")}</span>
            <span>▒ {t("band")}</span>
            <span>╍ {t("ideal")}</span>
          </>
        }
      >
        <BandChart
          label={finding}
          points={points}
          against={ideal}
          chosen={null}
          x={t("calX")}
          y={t("calY")}
          domain={domain}
          format={share}
          formatX={share}
        />
      </ChartFrame>
      <p>{t("calHow")}</p>
    </section>
  );
}

/** Which sentence holds: only an interval that leaves 1 out says that the model states risk too low or too high. */
function calibrationSide(
  observedToExpected: { readonly low: number; readonly high: number } | null,
): "calUnder" | "calOver" | "calEven" | "calNone" {
  if (observedToExpected === null) return "calNone";
  if (observedToExpected.low > 1) return "calUnder";
  return observedToExpected.high < 1 ? "calOver" : "calEven";
}
