/** How far what comes into one unit, and what goes out, lies from what the release was made with; the unit stands in the address. */
import { useCallback, useMemo } from "react";
import { count, fixed, percent } from "../../../../src/drawing/number-text.ts";
import english from "../../../languages/en/monitoring.json";
import { ChartFrame } from "../../charts/chart-frame.tsx";
import type { Cell } from "../../charts/csv.ts";
import { PlotFigure, type PlotFigureProps } from "../../charts/plot-figure.tsx";
import { useTexts } from "../../language/texts.ts";
import { useSearchState } from "../../routing/search-state.ts";
import { Empty } from "../../states/states.tsx";
import { type OfMonitoring, usePeriod, useUnitName } from "./unit-name.ts";

interface Bar {
  readonly name: string;
  readonly psi: number;
  readonly n: number;
  readonly meanRisk?: number;
}

const MOST_BARS = 12;

export function Drifts({ of }: OfMonitoring) {
  const t = useTexts("monitoring", english);
  const nameOf = useUnitName();
  const [chosen, setChosen] = useSearchState("unit", "");
  const judged = of.units.filter(({ figures }) => figures?.judged === true);
  const unit = judged.find((one) => one.unit === chosen) ?? judged[0];
  const inputs = useMemo(
    () => unit?.figures?.inputs.map(({ input, ...rest }) => ({ name: input, ...rest })) ?? [],
    [unit],
  );
  const scores = useMemo(
    () => unit?.figures?.scores.map(({ forecast, ...rest }) => ({ name: forecast, ...rest })) ?? [],
    [unit],
  );
  return (
    <section className="panel stack" aria-labelledby="drift">
      <h2 id="drift">
        {t("inputs")}, {t("scores").toLowerCase()}
      </h2>
      {unit?.figures == null ? (
        <Empty title={t("noDrift")}>
          <p>{t("noDriftWhy")}</p>
        </Empty>
      ) : (
        <>
          <p className="field">
            <label htmlFor="drift-unit">{t("look")}</label>
            <select
              id="drift-unit"
              value={unit.unit ?? ""}
              onChange={({ target }) => setChosen(target.value)}
            >
              {judged.map((one) => (
                <option key={one.unit} value={one.unit ?? ""}>
                  {nameOf(one.unit)}
                </option>
              ))}
            </select>
          </p>
          <DriftChart kind="inputs" of={of} unit={unit.unit} bars={inputs} />
          <DriftChart kind="scores" of={of} unit={unit.unit} bars={scores} />
        </>
      )}
    </section>
  );
}

interface DriftChartProps extends OfMonitoring {
  readonly kind: "inputs" | "scores";
  readonly unit: string | null;
  /** The farthest first. */
  readonly bars: readonly Bar[];
}

function DriftChart({ kind, of, unit, bars }: DriftChartProps) {
  const t = useTexts("monitoring", english);
  const nameOf = useUnitName();
  const period = usePeriod(of);
  const rule = kind === "inputs" ? "input drift" : "score drift";
  const above = of.rules.find((one) => one.rule === rule)?.above ?? 0;
  const label = t("psi");
  const draw = useCallback<PlotFigureProps["draw"]>(
    (plot, width) => driftBars(plot, width, bars.slice(0, MOST_BARS), above, label),
    [bars, above, label],
  );
  const [worst] = bars;
  if (worst === undefined)
    return (
      <Empty title={`${t(kind)}: ${t("noDrift")}`}>
        <p>{t("noDriftWhy")}</p>
      </Empty>
    );
  const far = bars.filter(({ psi }) => psi > above).length;
  const finding = t(far > 0 ? `${kind}Some` : `${kind}None`, {
    unit: nameOf(unit),
    count: far,
    all: bars.length,
    name: worst.name,
    psi: fixed(worst.psi, 2),
  });
  const [least, most] = [Math.min(...bars.map(({ n }) => n)), Math.max(...bars.map(({ n }) => n))];
  const scored = kind === "scores" ? [t("meanRisk")] : [];
  return (
    <ChartFrame
      name={`${kind}-drift`}
      finding={finding}
      n={least === most ? count(most) : `${count(least)} – ${count(most)}`}
      period={period}
      interval={t("interval")}
      table={{
        columns: [t("of"), t("psi"), t("persons"), ...scored],
        rows: bars.map(({ name, psi, n, meanRisk }): Cell[] => [
          name,
          fixed(psi, 3),
          count(n),
          ...(meanRisk === undefined ? [] : [percent(meanRisk)]),
        ]),
      }}
      legend={<p>┊ {t("farAbove", { above: String(above) })}</p>}
    >
      <PlotFigure label={finding} height={56 + 28 * Math.min(bars.length, MOST_BARS)} draw={draw} />
    </ChartFrame>
  );
}

function driftBars(
  plot: Parameters<PlotFigureProps["draw"]>[0],
  width: number,
  bars: readonly Bar[],
  above: number,
  label: string,
): ReturnType<PlotFigureProps["draw"]> {
  const room = Math.min(260, Math.floor(width * 0.45));
  const fits = Math.max(8, Math.floor(room / 7.5));
  const short = (name: string) => (name.length > fits ? `${name.slice(0, fits - 1)}…` : name);
  return {
    marginLeft: room,
    marginRight: 44,
    marginBottom: 40,
    x: {
      label,
      grid: true,
      domain: [0, Math.max(2 * above, ...bars.map(({ psi }) => psi))],
      ticks: Math.max(2, Math.floor(width / 120)),
    },
    y: { label: null, domain: bars.map(({ name }) => name), tickFormat: short },
    marks: [
      plot.barX(bars, { y: "name", x: "psi", fill: "var(--main)", insetTop: 4, insetBottom: 4 }),
      plot.text(bars, {
        y: "name",
        x: "psi",
        text: ({ psi }: Bar) => `${psi > above ? "! " : ""}${fixed(psi, 2)}`,
        dx: 5,
        textAnchor: "start",
        fill: "currentColor",
      }),
      plot.ruleX([above], { stroke: "var(--bad)", strokeWidth: 2, strokeDasharray: "3 3" }),
    ],
  };
}
