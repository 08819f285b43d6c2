/** One run closely: its losses while it trains, and how it goes. Followed while it trains; a new figure is told politely. */
import { Fragment, useCallback, useMemo } from "react";
import { count, fixed, percent } from "../../../../src/drawing/number-text.ts";
import type { RunAnswer } from "../../../../src/serving/workspace/building/runs-answer.ts";
import english from "../../../languages/en/runs.json";
import { ChartFrame } from "../../charts/chart-frame.tsx";
import { PlotFigure, type PlotFigureProps } from "../../charts/plot-figure.tsx";
import { useTexts } from "../../language/texts.ts";
import { Empty, Partial, Suppressed } from "../../states/states.tsx";
import { durationText, shortCount, shortId } from "./run-text.ts";

export interface RunDetailProps {
  readonly opened: RunAnswer;
  /** When it was read, ISO 8601. */
  readonly at: string;
  renew(): void;
}

export function RunDetail({ opened, at, renew }: RunDetailProps) {
  const t = useTexts("runs", english);
  const { run, steps, secondsLeft } = opened;
  return (
    <section className="panel stack" aria-labelledby="run">
      <h2 id="run">
        {t("run")} <code>{shortId(run.id)}</code>: {t(`status.${run.status}`)}
      </h2>
      <div className="row">
        <p role="status">
          {t("doneShare", { share: percent(run.done) })}
          {secondsLeft !== null && `, ${t("left", { time: durationText(secondsLeft) })}`}
          {" · "}
          {t("readAt", { at: at.slice(0, 19).replace("T", " ") })}
        </p>
        {run.status === "training" && (
          <button type="button" className="button" onClick={renew}>
            {t("renew")}
          </button>
        )}
      </div>
      <Facts opened={opened} />
      {run.status === "failed" && (
        <Partial title={t("failedWith", { code: run.code ?? "" })}>
          <p>{t("failedWhy")}</p>
        </Partial>
      )}
      {run.tuningPersons === null && steps.length > 0 && <Suppressed />}
      <Losses opened={opened} />
      {steps.length === 0 ? (
        <Partial title={t("noLog")}>
          <p>{t("noLogWhy")}</p>
        </Partial>
      ) : (
        <div className="grid">
          <Measured opened={opened} name="learningRate" digits={6} />
          <Measured opened={opened} name="gradientNorm" digits={3} />
          <Measured opened={opened} name="tokensPerSecond" digits={0} />
          <Measured opened={opened} name="memoryBytes" digits={0} />
        </div>
      )}
    </section>
  );
}

function Facts({
  opened: { run, inputs, codeVersion, command, totalSteps },
}: {
  readonly opened: RunAnswer;
}) {
  const t = useTexts("runs", english);
  return (
    <dl className="facts">
      <dt>{t("startedAt")}</dt>
      <dd>{run.startedAt?.slice(0, 19).replace("T", " ") ?? t("unknown")}</dd>
      <dt>{t("steps")}</dt>
      <dd>{totalSteps === null ? t("unknown") : count(totalSteps)}</dd>
      {Object.entries(inputs).map(([role, id]) => (
        <Fragment key={role}>
          <dt>{t("reads", { role })}</dt>
          <dd>
            <code>{id.slice(0, 16)}</code>
          </dd>
        </Fragment>
      ))}
      <dt>{t("code")}</dt>
      <dd>
        {codeVersion === null || codeVersion === "" ? t("unknown") : <code>{codeVersion.slice(0, 16)}</code>}
      </dd>
      <dt>{t("command")}</dt>
      <dd>
        <code>{command}</code>
      </dd>
    </dl>
  );
}

function Losses({ opened: { run, steps, curve, bestEpoch } }: { readonly opened: RunAnswer }) {
  const t = useTexts("runs", english);
  const draw = useCallback<PlotFigureProps["draw"]>(
    (plot) => ({
      marginLeft: 56,
      marginBottom: 40,
      x: { label: t("stepX"), grid: true, tickFormat: "~s" },
      y: { label: t("lossY"), grid: true },
      marks: [
        plot.lineY(steps, { x: "step", y: "loss", stroke: "var(--soft)", strokeDasharray: "5 3" }),
        plot.lineY(run.tuning, { x: "step", y: "loss", stroke: "var(--main)", strokeWidth: 2 }),
        plot.dot(run.tuning, { x: "step", y: "loss", fill: "var(--main)", r: 4 }),
        plot.dot(
          run.tuning.filter(({ epoch }) => epoch === bestEpoch),
          { x: "step", y: "loss", fill: "var(--ink)", symbol: "diamond", r: 7 },
        ),
      ],
    }),
    [steps, run.tuning, bestEpoch, t],
  );
  const table = useMemo(
    () => ({
      columns: [t("epoch"), t("stepX"), t("tuningLoss"), t("nextEvent"), t("onset")],
      rows: curve.map(({ epoch, step, loss, nextEventLoss, onsetLoss }) => [
        epoch + 1,
        step,
        fixed(loss, 4),
        fixed(nextEventLoss, 4),
        fixed(onsetLoss, 4),
      ]),
    }),
    [curve, t],
  );
  if (run.tuning.length === 0 && steps.length === 0) return <Empty title={t("noEpoch")} />;
  const last = run.tuning.at(-1);
  const best = bestEpoch === null ? null : (run.tuning[bestEpoch] ?? null);
  const finding =
    last === undefined || best === null
      ? t("lossTraining", { loss: fixed(steps.at(-1)?.loss ?? 0, 3) })
      : t(best === last ? "lossStillFalls" : "lossWasBest", {
          epoch: best.epoch + 1,
          loss: fixed(best.loss, 3),
          last: fixed(last.loss, 3),
        });
  return (
    <ChartFrame
      name="losses"
      finding={finding}
      n={run.tuningPersons === null ? null : t("tuningN", { count: run.tuningPersons })}
      period={t("period", { from: run.startedAt?.slice(0, 10) ?? "–", to: run.at.slice(0, 10) })}
      interval={t("noInterval")}
      table={table}
      legend={
        <>
          <span>╍ {t("trainingLine")}</span>
          <span>●━ {t("tuningLine")}</span>
          <span>◆ {t("keptPoint")}</span>
        </>
      }
    >
      <PlotFigure label={finding} height={280} draw={draw} />
    </ChartFrame>
  );
}

type Measure = "learningRate" | "gradientNorm" | "tokensPerSecond" | "memoryBytes";

interface MeasuredProps {
  readonly opened: RunAnswer;
  readonly name: Measure;
  readonly digits: number;
}

function Measured({ opened: { run, steps }, name, digits }: MeasuredProps) {
  const t = useTexts("runs", english);
  const draw = useCallback<PlotFigureProps["draw"]>(
    (plot) => ({
      marginLeft: 60,
      marginBottom: 36,
      x: { label: t("stepX"), tickFormat: "~s", ticks: 4 },
      y: { label: null, grid: true, tickFormat: "~s", ticks: 4, zero: true },
      marks: [plot.lineY(steps, { x: "step", y: name, stroke: "var(--main)" })],
    }),
    [steps, name, t],
  );
  const last = steps.at(-1)?.[name] ?? 0;
  const text = name === "learningRate" ? last.toExponential(1) : shortCount(last);
  const finding = t(`${name}Finding`, { value: text });
  return (
    <ChartFrame
      name={name}
      finding={finding}
      n={t("stepsN", { count: steps.length })}
      period={t("period", { from: run.startedAt?.slice(0, 10) ?? "–", to: run.at.slice(0, 10) })}
      interval={null}
      table={{
        columns: [t("stepX"), t(name)],
        rows: steps.map((one) => [one.step, one[name].toFixed(digits)]),
      }}
    >
      <PlotFigure label={finding} height={150} draw={draw} />
    </ChartFrame>
  );
}
