/** What the planner advises: what each budget of time buys, and the trials behind it. */
import { useCallback, useMemo } from "react";
import { fixed, percent } from "../../../../src/drawing/number-text.ts";
import type { PlanAnswer } from "../../../../src/serving/workspace/building/plan-answer.ts";
import english from "../../../languages/en/runs.json";
import { ChartFrame } from "../../charts/chart-frame.tsx";
import { PlotFigure, type PlotFigureProps } from "../../charts/plot-figure.tsx";
import { useAsked } from "../../data/queries.ts";
import { estimateText } from "../../language/figures.ts";
import { useTexts } from "../../language/texts.ts";
import { Empty, Loaded } from "../../states/states.tsx";
import { durationText, shortCount } from "./run-text.ts";

type Plan = NonNullable<PlanAnswer["plan"]>;

const DASHES = ["7 3", "2 3", "9 3 2 3", "4 3", "1 3"];
const hours = (value: number) => durationText(3600 * value);

export function Planner() {
  const t = useTexts("runs", english);
  const query = useAsked<PlanAnswer>("/workspace/plan");
  return (
    <section className="panel stack" aria-labelledby="planner">
      <h2 id="planner">{t("planner")}</h2>
      <Loaded query={query}>
        {({ plan }) =>
          plan === null ? (
            <Empty title={t("noPlan")}>
              <p>{t("noPlanWhy")}</p>
            </Empty>
          ) : (
            <>
              <Budgets plan={plan} />
              <Trials plan={plan} />
            </>
          )
        }
      </Loaded>
    </section>
  );
}

function Budgets({ plan }: { readonly plan: Plan }) {
  const t = useTexts("runs", english);
  const { recommended: best } = plan;
  const lines = useMemo(
    () =>
      plan.rows.flatMap(({ budgetHours }, i) =>
        (plan.lines[i] ?? []).map(([parameters, loss]) => ({ budget: budgetHours ?? 0, parameters, loss })),
      ),
    [plan],
  );
  const draw = useCallback<PlotFigureProps["draw"]>(
    (plot) => {
      const losses = plan.rows.map(({ loss }) => loss);
      const low = Math.min(...losses.map((loss) => loss.low));
      const high = Math.max(...losses.map((loss) => loss.high));
      const dots = plan.rows.map(({ parameters, loss, budgetHours }) => ({
        parameters,
        ...loss,
        text: hours(budgetHours ?? 0),
      }));
      return {
        marginLeft: 56,
        marginRight: 60,
        marginBottom: 40,
        x: { type: "log", label: t("parametersX"), tickFormat: "~s", ticks: 4 },
        y: {
          label: t("lossY"),
          grid: true,
          domain: [low - 0.2 * (high - low), high + 0.6 * (high - low)],
          clamp: true,
        },
        marks: [
          ...plan.rows.map(({ budgetHours }, i) =>
            plot.lineY(
              lines.filter(({ budget }) => budget === (budgetHours ?? 0)),
              {
                x: "parameters",
                y: "loss",
                stroke: budgetHours === plan.budgetHours ? "var(--main)" : "var(--soft)",
                strokeWidth: budgetHours === plan.budgetHours ? 2.5 : 1.5,
                strokeDasharray: budgetHours === plan.budgetHours ? "none" : (DASHES[i % 5] as string),
              },
            ),
          ),
          plot.ruleX(dots, { x: "parameters", y1: "low", y2: "high", stroke: "var(--edge)", strokeWidth: 2 }),
          plot.dot(dots, { x: "parameters", y: "value", fill: "var(--ink)", r: 4 }),
          plot.text(dots, {
            x: "parameters",
            y: "value",
            text: "text",
            dx: 8,
            textAnchor: "start",
            fill: "currentColor",
          }),
        ],
      };
    },
    [plan, lines, t],
  );
  const finding = t("budgetFinding", {
    budget: hours(plan.budgetHours),
    depth: best.depth,
    parameters: shortCount(best.parameters),
    loss: estimateText(best.loss, 3),
  });
  return (
    <>
      <ChartFrame
        name="budgets"
        finding={finding}
        n={t("trialLosses", { count: best.loss.n })}
        period={t("here")}
        interval={t("interval")}
        table={{
          columns: [
            t("budget"),
            t("depth"),
            t("parameters"),
            t("tokens"),
            t("epochs"),
            t("expectedLoss"),
            t("oneGpu"),
          ],
          rows: [...plan.rows, plan.configured].map((row) => [
            row.budgetHours === null ? t("configured") : hours(row.budgetHours),
            row.depth,
            shortCount(row.parameters),
            shortCount(row.tokens),
            row.epochs.toFixed(1),
            estimateText(row.loss, 3),
            hours(row.hoursOneGpu),
          ]),
        }}
        legend={
          <>
            <span>━ {t("askedBudget")}</span>
            <span>╍ {t("otherBudget")}</span>
            <span>● {t("quickest")}</span>
          </>
        }
      >
        <PlotFigure label={finding} height={300} draw={draw} />
      </ChartFrame>
      <p>
        {t("check", {
          foretold: fixed(plan.check.foretold, 3),
          measured: fixed(plan.check.measured, 3),
          error: percent(plan.relativeError, 1),
        })}
      </p>
    </>
  );
}

function Trials({ plan: { trials } }: { readonly plan: Plan }) {
  const t = useTexts("runs", english);
  const draw = useCallback<PlotFigureProps["draw"]>(
    (plot) => ({
      marginLeft: 56,
      marginRight: 60,
      marginBottom: 40,
      x: { type: "log", label: t("tokensX"), tickFormat: "~s", ticks: 4 },
      y: { label: t("lossY"), grid: true },
      marks: trials.flatMap(({ points, parameters }, i) => [
        plot.lineY(points, {
          x: "tokens",
          y: "loss",
          stroke: "var(--soft)",
          strokeDasharray: DASHES[i % 5] as string,
        }),
        plot.dot(points, { x: "tokens", y: "loss", fill: "var(--main)", r: 4 }),
        plot.text(points.slice(-1), {
          x: "tokens",
          y: "loss",
          text: () => shortCount(parameters),
          dx: 8,
          textAnchor: "start",
          fill: "currentColor",
        }),
      ]),
    }),
    [trials, t],
  );
  const ends = trials.map(({ parameters, points }) => ({
    parameters,
    loss: points.at(-1)?.loss ?? Infinity,
  }));
  const best = ends.reduce((low, one) => (one.loss < low.loss ? one : low), {
    parameters: 0,
    loss: Infinity,
  });
  const finding = t("trialFinding", { parameters: shortCount(best.parameters), loss: fixed(best.loss, 3) });
  return (
    <ChartFrame
      name="trials"
      finding={finding}
      n={t("trialsN", { count: trials.length })}
      period={t("here")}
      interval={t("noInterval")}
      table={{
        columns: [t("parameters"), t("depth"), t("tokens"), t("tuningLoss"), t("tokensPerSecond")],
        rows: trials.flatMap(({ parameters, depth, points, tokensPerSecond }) =>
          points.map(({ tokens, loss }) => [
            shortCount(parameters),
            depth,
            shortCount(tokens),
            fixed(loss, 3),
            shortCount(tokensPerSecond),
          ]),
        ),
      }}
    >
      <PlotFigure label={finding} height={260} draw={draw} />
    </ChartFrame>
  );
}
