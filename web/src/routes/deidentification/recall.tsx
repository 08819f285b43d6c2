/** How many identifiers were taken out of texts that people have read afterwards, with interval and n. */
import { useCallback, useMemo } from "react";
import { percent } from "../../../../src/drawing/number-text.ts";
import type { PrivacyAnswer } from "../../../../src/serving/workspace/building/privacy-answer.ts";
import english from "../../../languages/en/deidentification.json";
import { ChartFrame } from "../../charts/chart-frame.tsx";
import { PlotFigure, type PlotFigureProps } from "../../charts/plot-figure.tsx";
import { useTexts } from "../../language/texts.ts";
import { Empty } from "../../states/states.tsx";

export interface RecallProps {
  readonly review: NonNullable<PrivacyAnswer["proof"]>["review"];
  readonly madeAt: string;
}

export function Recall({ review, madeAt }: RecallProps) {
  const t = useTexts("deidentification", english);
  return (
    <section className="panel" aria-labelledby="recall-title">
      <h2 id="recall-title">{t("recall")}</h2>
      {review === null ? (
        <Empty title={t("notRead")}>
          <p>{t("notReadWhy")}</p>
        </Empty>
      ) : (
        <Reviewed review={review} madeAt={madeAt} />
      )}
    </section>
  );
}

function Reviewed({
  review,
  madeAt,
}: {
  readonly review: NonNullable<RecallProps["review"]>;
  readonly madeAt: string;
}) {
  const t = useTexts("deidentification", english);
  const rows = useMemo(
    () => [
      { name: t("recallOf"), ...review.recall },
      { name: t("notesClean"), ...review.notesWithoutLeak },
    ],
    [review, t],
  );
  const low = Math.min(...rows.map((row) => row.low));
  const draw = useCallback<PlotFigureProps["draw"]>(
    (plot) => ({
      marginLeft: 8,
      marginBottom: 36,
      x: {
        domain: [Math.max(0, low - 0.02), 1],
        grid: true,
        label: null,
        tickFormat: (value: number) => percent(value),
        ticks: 4,
      },
      y: { label: null, axis: null },
      marks: [
        plot.ruleY(rows, { y: "name", x1: "low", x2: "high", stroke: "var(--main)", strokeWidth: 3 }),
        plot.dot(rows, { y: "name", x: "value", fill: "var(--main)", r: 5 }),
        plot.text(rows, { y: "name", text: "name", frameAnchor: "left", dy: -14, fill: "currentColor" }),
      ],
    }),
    [rows, low],
  );
  const finding = t("recallFinding", {
    notes: review.notes,
    share: percent(review.recall.value, 2),
    low: percent(review.recall.low, 2),
    high: percent(review.recall.high, 2),
  });
  return (
    <ChartFrame
      name="recall"
      finding={finding}
      n={t("recallN", { notes: review.notes, identifiers: review.recall.n })}
      period={t("proofOf", { at: madeAt.slice(0, 10) })}
      interval={t("wilson")}
      table={{
        columns: [t("measure"), t("value"), t("low"), t("high"), t("n")],
        rows: rows.map((row) => [
          row.name,
          percent(row.value, 2),
          percent(row.low, 2),
          percent(row.high, 2),
          row.n,
        ]),
      }}
    >
      <PlotFigure label={finding} height={160} draw={draw} />
    </ChartFrame>
  );
}
