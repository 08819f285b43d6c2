/** One threshold for everything that depends on one: what it finds, what it costs, what it is worth. */
import { useMemo } from "react";
import { count, fixed, percent } from "../../../../src/drawing/number-text.ts";
import english from "../../../languages/en/evidence.json";
import { ChartFrame, ChartTableView } from "../../charts/chart-frame.tsx";
import { estimateText, shareText } from "../../language/figures.ts";
import { useTexts } from "../../language/texts.ts";
import { BandChart } from "./band-chart.tsx";
import { Precision, Roc } from "./discrimination.tsx";
import type { Closer, OfTask } from "./of-task.ts";
import { AT_RANDOM, bandOf, cells, Legend, type Threshold, type ThresholdCharts } from "./threshold-band.tsx";
import { useThresholdChoice } from "./threshold-choice.tsx";

const SHARES = ["sensitivity", "specificity", "ppv", "npv"] as const;
const NUMBERS = ["alertsPer100", "numberNeededToEvaluate"] as const;
const BENEFITS = ["netBenefit", "netBenefitTreatAll"] as const;

interface Props extends OfTask {
  readonly closer: Closer;
}

export function Thresholds({ of, period, closer: { thresholds } }: Props) {
  const t = useTexts("evidence", english);
  const [chosen, control] = useThresholdChoice(thresholds);
  if (chosen === undefined) return null;
  const { figures } = chosen;
  return (
    <section className="panel stack" aria-labelledby="thresholds">
      <h2 id="thresholds">{t("thresholds")}</h2>
      {control}
      <ChartTableView
        caption={t("thresholdCaption", { risk: percent(chosen.risk, 1) })}
        columns={[t("measure"), t("interval")]}
        rows={[
          ...SHARES.map((name) => [t(name), shareText(figures[name])]),
          ...NUMBERS.map((name) => [t(name), estimateText(figures[name], 1)]),
          ...BENEFITS.map((name) => [t(name), estimateText(figures[name], 3)]),
        ]}
      />
      <div className="grid">
        <Roc of={of} period={period} thresholds={thresholds} chosen={chosen} />
        <Precision of={of} period={period} thresholds={thresholds} chosen={chosen} />
        <Flagged of={of} period={period} thresholds={thresholds} chosen={chosen} />
        <NetBenefit of={of} period={period} thresholds={thresholds} chosen={chosen} />
      </div>
    </section>
  );
}

const WHOLE = [0, 1] as const;
const share = (value: number) => percent(value);
const whole = (value: number) => value.toFixed(0);
const benefit = (value: number) => fixed(value, 2);

const alerts = ({ figures }: Threshold) => figures.alertsPer100?.value ?? null;
const risk = (threshold: Threshold) => threshold.risk;

function Flagged({ of, period, thresholds, chosen }: ThresholdCharts) {
  const t = useTexts("evidence", english);
  const points = useMemo(() => bandOf(thresholds, alerts, "sensitivity"), [thresholds]);
  const finding = t("flagFinding", {
    alerts: chosen.figures.alertsPer100?.value.toFixed(0) ?? "–",
    found: shareText(chosen.figures.sensitivity),
  });
  return (
    <ChartFrame
      name="flagged-and-found"
      finding={finding}
      n={count(of.n)}
      period={period}
      interval={t("interval")}
      table={{
        columns: [t("threshold"), t("alertsPer100"), t("sensitivity"), t("low"), t("high")],
        rows: thresholds.map(({ risk, figures: { alertsPer100, sensitivity } }) => [
          percent(risk, 1),
          alertsPer100 === null ? null : alertsPer100.value.toFixed(1),
          ...cells(sensitivity, (value) => percent(value, 1)),
        ]),
      }}
      legend={
        <Legend parts={[`━ ${t("model")}`, `▒ ${t("band")}`, `╍ ${t("random")}`, `◆ ${t("chosen")}`]} />
      }
    >
      <BandChart
        label={finding}
        points={points}
        against={AT_RANDOM}
        chosen={bandOf([chosen], alerts, "sensitivity")[0] ?? null}
        x={t("flagX")}
        y={t("flagY")}
        domain={WHOLE}
        format={share}
        formatX={whole}
      />
    </ChartFrame>
  );
}

function NetBenefit({ of, period, thresholds, chosen }: ThresholdCharts) {
  const t = useTexts("evidence", english);
  const points = useMemo(() => bandOf(thresholds, risk, "netBenefit"), [thresholds]);
  const all = useMemo(() => bandOf(thresholds, risk, "netBenefitTreatAll"), [thresholds]);
  const domain = useMemo(() => {
    const most = Math.max(0.005, ...points.map(({ high }) => high), ...all.map(({ y }) => y));
    return [-most, 1.1 * most] as const;
  }, [points, all]);
  const { netBenefit: own, netBenefitTreatAll: everybody } = chosen.figures;
  // Above both: the lower end of the model's interval is above nobody, and above everybody's upper end.
  const better = own !== null && everybody !== null && own.low > Math.max(0, everybody.high);
  const finding = t(better ? "benefitBetter" : "benefitUnclear", {
    risk: percent(chosen.risk, 1),
    own: estimateText(own, 3),
  });
  return (
    <ChartFrame
      name="net-benefit"
      finding={finding}
      n={count(of.n)}
      period={period}
      interval={t("interval")}
      table={{
        columns: [t("threshold"), t("netBenefit"), t("low"), t("high"), t("netBenefitTreatAll"), t("none")],
        rows: thresholds.map((threshold) => [
          percent(threshold.risk, 1),
          ...cells(threshold.figures.netBenefit, (value) => fixed(value, 4)),
          cells(threshold.figures.netBenefitTreatAll, (value) => fixed(value, 4))[0] ?? null,
          "0",
        ]),
      }}
      legend={
        <Legend
          parts={[
            `━ ${t("model")}`,
            `▒ ${t("band")}`,
            `╍ ${t("all")}`,
            `0: ${t("none")}`,
            `◆ ${t("chosen")}`,
          ]}
        />
      }
    >
      <BandChart
        label={finding}
        points={points}
        against={all}
        chosen={bandOf([chosen], risk, "netBenefit")[0] ?? null}
        x={t("benefitX")}
        y={t("benefitY")}
        domain={domain}
        format={benefit}
        formatX={share}
      />
    </ChartFrame>
  );
}
