/** Discrimination at every threshold, with the chosen one marked: the ROC curve, and precision over recall. */
import { useMemo } from "react";
import { count, percent } from "../../../../src/drawing/number-text.ts";
import english from "../../../languages/en/evidence.json";
import { ChartFrame } from "../../charts/chart-frame.tsx";
import { estimateText, shareText } from "../../language/figures.ts";
import { useTexts } from "../../language/texts.ts";
import { BandChart } from "./band-chart.tsx";
import { AT_RANDOM, bandOf, cells, Legend, type Threshold, type ThresholdCharts } from "./threshold-band.tsx";

const WHOLE = [0, 1] as const;
const share = (value: number) => percent(value);
const whole = (value: number) => value.toFixed(0);
const tenth = (value: number) => percent(value, 1);

/** Of 100 without an onset, how many are flagged. */
function falseAlarms({ figures: { specificity } }: Threshold): number | null {
  return specificity === null ? null : 100 * (1 - specificity.value);
}

/** Of 100 with an onset, how many are flagged. */
function recall({ figures: { sensitivity } }: Threshold): number | null {
  return sensitivity === null ? null : 100 * sensitivity.value;
}

export function Roc({ of, period, thresholds, chosen }: ThresholdCharts) {
  const t = useTexts("evidence", english);
  const points = useMemo(() => byX(bandOf(thresholds, falseAlarms, "sensitivity")), [thresholds]);
  const auroc = of.figures.models[of.mainModel]?.auroc ?? null;
  const finding = auroc === null ? t("rocNone") : t("rocFinding", { auroc: estimateText(auroc, 2) });
  return (
    <ChartFrame
      name="roc"
      finding={finding}
      n={count(of.n)}
      period={period}
      interval={t("interval")}
      table={{
        columns: [t("threshold"), t("specificity"), t("sensitivity"), t("low"), t("high")],
        rows: thresholds.map(({ risk, figures: { specificity, sensitivity } }) => [
          percent(risk, 1),
          cells(specificity, tenth)[0] ?? null,
          ...cells(sensitivity, tenth),
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
        chosen={bandOf([chosen], falseAlarms, "sensitivity")[0] ?? null}
        x={t("rocX")}
        y={t("flagY")}
        domain={WHOLE}
        format={share}
        formatX={whole}
      />
    </ChartFrame>
  );
}

export function Precision({ of, period, thresholds, chosen }: ThresholdCharts) {
  const t = useTexts("evidence", english);
  const points = useMemo(() => byX(bandOf(thresholds, recall, "ppv")), [thresholds]);
  const all = of.figures.observedIncidence?.value ?? null;
  const against = useMemo(
    () =>
      all === null
        ? []
        : [
            { x: 0, y: all },
            { x: 100, y: all },
          ],
    [all],
  );
  const finding = t("precisionFinding", {
    risk: percent(chosen.risk, 1),
    ppv: shareText(chosen.figures.ppv),
    all: all === null ? "–" : percent(all, 1),
  });
  return (
    <ChartFrame
      name="precision-and-recall"
      finding={finding}
      n={count(of.n)}
      period={period}
      interval={t("interval")}
      table={{
        columns: [t("threshold"), t("sensitivity"), t("ppv"), t("low"), t("high")],
        rows: thresholds.map(({ risk, figures: { sensitivity, ppv } }) => [
          percent(risk, 1),
          cells(sensitivity, tenth)[0] ?? null,
          ...cells(ppv, tenth),
        ]),
      }}
      legend={
        <Legend parts={[`━ ${t("model")}`, `▒ ${t("band")}`, `╍ ${t("everybody")}`, `◆ ${t("chosen")}`]} />
      }
    >
      <BandChart
        label={finding}
        points={points}
        against={against}
        chosen={bandOf([chosen], recall, "ppv")[0] ?? null}
        x={t("recallX")}
        y={t("precisionY")}
        domain={WHOLE}
        format={share}
        formatX={whole}
      />
    </ChartFrame>
  );
}

function byX<Point extends { readonly x: number }>(points: readonly Point[]): Point[] {
  return [...points].sort((a, b) => a.x - b.x);
}
