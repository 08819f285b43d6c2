/** Tuning loss of several runs over each other: told apart by dash and by a label at each line's end. */
import { useCallback, useMemo } from "react";
import { fixed } from "../../../../src/drawing/number-text.ts";
import type { Run } from "../../../../src/serving/workspace/building/runs-answer.ts";
import english from "../../../languages/en/runs.json";
import { ChartFrame } from "../../charts/chart-frame.tsx";
import { PlotFigure, type PlotFigureProps } from "../../charts/plot-figure.tsx";
import { useTexts } from "../../language/texts.ts";
import { Empty } from "../../states/states.tsx";
import { shortId } from "./run-text.ts";

const DASHES = ["none", "7 3", "2 3", "9 3 2 3", "4 3", "1 3"];
const MOST = 12;

export function LossByEpoch({ runs, chosen }: { readonly runs: readonly Run[]; readonly chosen: string }) {
  const t = useTexts("runs", english);
  const measured = useMemo(() => runs.filter(({ tuning }) => tuning.length > 0).slice(0, MOST), [runs]);
  const draw = useCallback<PlotFigureProps["draw"]>(
    (plot) => ({
      marginLeft: 56,
      marginRight: 92,
      marginBottom: 40,
      x: { label: t("epochX"), grid: true, tickFormat: "d", ticks: wholeTicks(measured) },
      y: { label: t("lossY"), grid: true },
      marks: measured.flatMap(({ id, tuning }, i) => {
        const points = tuning.map(({ epoch, loss }) => ({ epoch: epoch + 1, loss }));
        const stroke = id === chosen ? "var(--main)" : "var(--soft)";
        return [
          plot.lineY(points, {
            x: "epoch",
            y: "loss",
            stroke,
            strokeWidth: id === chosen ? 3 : 1.5,
            strokeDasharray: id === chosen ? "none" : (DASHES[1 + (i % 5)] as string),
          }),
          plot.dot(points, { x: "epoch", y: "loss", fill: stroke, r: 3 }),
          plot.text(points.slice(-1), {
            x: "epoch",
            y: "loss",
            text: () => shortId(id),
            dx: 8,
            textAnchor: "start",
            fill: "currentColor",
          }),
        ];
      }),
    }),
    [measured, chosen, t],
  );
  const best = measured.reduce<Run | null>(
    (low, run) => ((run.tuningLoss ?? Infinity) < (low?.tuningLoss ?? Infinity) ? run : low),
    null,
  );
  if (best === null || best.tuningLoss === null) return <Empty title={t("noEpoch")} />;
  const finding = t(measured.length === 1 ? "lossOne" : "lossBest", {
    run: shortId(best.id),
    loss: fixed(best.tuningLoss, 3),
    count: measured.length,
  });
  const [first, last] = [measured.at(-1), measured[0]];
  return (
    <ChartFrame
      name="loss-by-epoch"
      finding={finding}
      n={t("runsN", { count: measured.length })}
      period={t("period", { from: first?.at.slice(0, 10) ?? "", to: last?.at.slice(0, 10) ?? "" })}
      interval={t("noInterval")}
      table={{
        columns: [t("run"), t("epoch"), t("tuningLoss")],
        rows: measured.flatMap(({ id, tuning }) =>
          tuning.map(({ epoch, loss }) => [shortId(id), epoch + 1, fixed(loss, 4)]),
        ),
      }}
      legend={
        <>
          <span>━ {t("openedLine")}</span>
          <span>╍ {t("otherLine")}</span>
        </>
      }
    >
      <PlotFigure label={finding} height={260} draw={draw} />
    </ChartFrame>
  );
}

function wholeTicks(runs: readonly Run[]): number[] {
  const most = Math.max(...runs.map(({ tuning }) => tuning.length));
  const every = Math.ceil(most / 10);
  return Array.from({ length: Math.floor((most - 1) / every) + 1 }, (_, i) => 1 + i * every);
}
