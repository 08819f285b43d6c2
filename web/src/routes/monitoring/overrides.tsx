/** How often what was shown was accepted, and why it was not. */
import { useCallback, useMemo } from "react";
import { count } from "../../../../src/drawing/number-text.ts";
import english from "../../../languages/en/monitoring.json";
import { ChartFrame } from "../../charts/chart-frame.tsx";
import { PlotFigure, type PlotFigureProps } from "../../charts/plot-figure.tsx";
import { useCodes } from "../../language/codes.ts";
import { shareText } from "../../language/figures.ts";
import { useTexts } from "../../language/texts.ts";
import { Empty, Suppressed } from "../../states/states.tsx";
import { type OfMonitoring, usePeriod } from "./unit-name.ts";

export function Overrides({ of }: OfMonitoring) {
  const t = useTexts("monitoring", english);
  const code = useCodes();
  const period = usePeriod(of);
  const { accepted, overridden, share } = of.feedback;
  const bars = useMemo(
    () => [
      { said: t("accepted"), count: accepted },
      ...overridden.map(({ reason, count: times }) => ({
        said: reason === "" ? t("noReason") : code("reason", reason),
        count: times,
      })),
    ],
    [t, code, accepted, overridden],
  );
  const label = t("times");
  const draw = useCallback<PlotFigureProps["draw"]>(
    (plot, width) => {
      const room = Math.min(260, Math.floor(width * 0.45));
      const fits = Math.floor(room / 7.5);
      return {
        marginLeft: room,
        marginRight: 44,
        marginBottom: 40,
        x: { label, grid: true, ticks: Math.max(2, Math.floor(width / 120)) },
        y: {
          label: null,
          domain: bars.map(({ said }) => said),
          tickFormat: (said: string) => (said.length > fits ? `${said.slice(0, fits - 1)}…` : said),
        },
        marks: [
          plot.barX(bars, { y: "said", x: "count", fill: "var(--main)", insetTop: 4, insetBottom: 4 }),
          plot.text(bars, {
            y: "said",
            x: "count",
            text: "count",
            dx: 5,
            textAnchor: "start",
            fill: "currentColor",
          }),
        ],
      };
    },
    [bars, label],
  );
  const said = bars.reduce((sum, bar) => sum + bar.count, 0);
  const finding = t("overridesShare", { share: shareText(share) });
  return (
    <section className="panel stack" aria-labelledby="overrides">
      <h2 id="overrides">{t("overrides")}</h2>
      {said === 0 ? (
        <Empty title={t("noFeedback")}>
          <p>{t("noFeedbackWhy")}</p>
        </Empty>
      ) : share === null ? (
        <Suppressed least={of.minimumCell} />
      ) : (
        <ChartFrame
          name="overrides-chart"
          finding={finding}
          n={count(said)}
          period={period}
          interval={t("saidInterval")}
          table={{
            columns: [t("answer"), label],
            rows: bars.map((bar) => [bar.said, bar.count]),
          }}
        >
          <PlotFigure label={finding} height={56 + 28 * bars.length} draw={draw} />
        </ChartFrame>
      )}
    </section>
  );
}
