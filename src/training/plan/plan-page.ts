/** A training plan as one self-contained HTML page: what to train, the trials with their law, and what each budget buys. */
import { dataTable } from "../../drawing/data-table.ts";
import { figure } from "../../drawing/figure.ts";
import { type Markup, markup } from "../../drawing/markup.ts";
import { count, fixed } from "../../drawing/number-text.ts";
import { page } from "../../drawing/page.ts";
import { niceScale, type Scale, scaleOf } from "../../drawing/scale.ts";
import { budgetLine, reachOf, spaced } from "./budget-lines.ts";
import { assumptionsText, beyondText, hoursText, lawText, rowCells, shortCount } from "./plan-table.ts";
import { lossAt } from "./scaling-law.ts";
import type { PlanRow, TrainingPlan, Trial } from "./training-plan.ts";

const DASHES = ["none", "7 3", "2 3", "9 3 2 3", "4 3", "1 3"];

export function planPage(site: string, plan: TrainingPlan): string {
  const { recommended: best, trials, check, law } = plan;
  const head = markup`<header class="masthead"><p class="eyebrow"><span>Longitude</span><span>Training plan</span></p><h1>What to train for site <em>${site}</em> in ${hoursText(plan.budgetHours)}</h1><p class="verdict-text">Depth <b>${best.depth}</b> (width ${best.width}, ${shortCount(best.parameters)} parameters) on <b>${shortCount(best.tokens)} tokens</b> (${best.epochs.toFixed(1)} epochs), ${hoursText(best.hoursHere)} here. Expected tuning loss <b>${fixed(best.loss.value, 3)}</b> (95 % interval ${fixed(best.loss.low, 3)} to ${fixed(best.loss.high, 3)}). ${beyondText(best)}</p></header>`;
  return page(`Training plan: ${site}`, head, [
    { id: "budgets", title: "What each budget buys", content: budgetsSection(plan) },
    {
      id: "trials",
      title: "Trials and their law",
      content: markup`${trialsFigure(plan)}<p>Law: <code>${lawText(plan)}</code> with N parameters and D tokens; relative error of the ${count(best.loss.n)} losses ${(100 * law.relativeError).toFixed(1)} %. The last loss of the largest trial (${shortCount(check.parameters)} parameters, ${shortCount(check.tokens)} tokens), foretold from the ${trials.length - 1} smaller ones: ${fixed(check.foretold, 3)}; measured ${fixed(check.measured, 3)}.</p>`,
    },
    { id: "assumptions", title: "Assumptions", content: markup`<p>${assumptionsText(plan)}</p>` },
  ]);
}

function budgetsSection(plan: TrainingPlan): Markup {
  const rows = plan.rows.map(rowCells);
  const { recommended: best, configured } = plan;
  const table = {
    caption: `What each budget buys; last row: what longitude.yaml states. Losses with 95 % intervals, n = ${best.loss.n} trial losses`,
    columns: [
      "Budget",
      "Depth",
      "Parameters",
      "Tokens",
      "Epochs",
      "Expected tuning loss",
      "Here",
      "One GPU",
      `${plan.assumptions.gpus} GPUs`,
    ],
    rows: [...rows, rowCells(configured)],
  };
  return markup`${figure({
    level: 3,
    title: `In ${hoursText(plan.budgetHours)} the expected loss is lowest near ${shortCount(best.parameters)} parameters`,
    about: `Each line is one budget of time here: small models see many tokens in it, large ones few. The dot is the quickest choice within a thousandth of the lowest loss.`,
    chart: budgetsChart(plan),
  })}${dataTable(table)}`;
}

function budgetsChart(plan: TrainingPlan): Markup {
  const sizes = reachOf(plan);
  const lines = plan.rows.map((row) => ({
    row,
    points: budgetLine(plan, row.budgetHours ?? 0, sizes),
  }));
  const y = niceScale(
    clipped([
      ...lines.flatMap(({ points }) => points.map(([, loss]) => loss)),
      ...plan.rows.flatMap(({ loss }) => [loss.low, loss.high]),
    ]),
    5,
  );
  return plot(
    "Expected loss by size, one line a budget",
    "parameters",
    logScale(sizes.low, sizes.high),
    y,
    lines.map(({ row, points }, i) => {
      const asked = row.budgetHours === plan.budgetHours;
      return {
        points,
        dash: asked ? "none" : (DASHES[1 + (i % 5)] as string),
        strong: asked,
        label: hoursText(row.budgetHours as number),
        dots: [dotOf(row)],
        whisker: asked ? row.loss : null,
      };
    }),
  );
}

function dotOf(row: PlanRow): readonly [number, number] {
  return [row.parameters, row.loss.value];
}

function trialsFigure(plan: TrainingPlan): Markup {
  const { trials, law } = plan;
  const tokens = trials.flatMap(({ points }) => points.map((point) => point.tokens));
  const x = logScale(Math.min(...tokens) / 1.3, Math.max(...tokens) * 1.3);
  const y = niceScale(
    trials.flatMap(({ points }) => points.map(({ loss }) => loss)),
    5,
  );
  const chart = plot(
    "Tuning loss by tokens, one line a trial",
    "tokens",
    x,
    y,
    trials.map((trial, i) => {
      const measured = trial.points.map((point) => [point.tokens, point.loss] as const);
      const [from, to] = [measured[0]?.[0] ?? 1, measured.at(-1)?.[0] ?? 1];
      const points = spaced(from, to).map((at) => [at, lossAt(law, trial.parameters, at)] as const);
      return {
        points,
        dash: DASHES[i % DASHES.length] as string,
        strong: false,
        label: shortCount(trial.parameters),
        dots: measured,
        whisker: null,
      };
    }),
  );
  return figure({
    level: 3,
    title: trialsTitle(trials),
    about: `Dots are measured tuning losses of runs cooled down at that length; lines are the law. Every trial had about the same time. One run a size, no interval.`,
    chart,
    table: {
      caption: "The trials",
      columns: ["Parameters", "Depth", "Tokens", "Tuning loss", "Next event", "Onset", "Tokens a second"],
      rows: trials.flatMap((trial) =>
        trial.points.map((point) => [
          count(trial.parameters),
          trial.depth,
          count(Math.round(point.tokens)),
          fixed(point.loss, 3),
          fixed(point.nextEventLoss, 3),
          fixed(point.onsetLoss, 3),
          count(Math.round(trial.tokensPerSecond)),
        ]),
      ),
    },
  });
}

function trialsTitle(trials: readonly Trial[]): string {
  const best = trials.reduce((low, trial) =>
    (trial.points.at(-1)?.loss ?? 9e9) < (low.points.at(-1)?.loss ?? 9e9) ? trial : low,
  );
  return `For the time of one trial, ${shortCount(best.parameters)} parameters came lowest: ${fixed(best.points.at(-1)?.loss ?? Number.NaN, 3)}`;
}

interface Line {
  readonly points: readonly (readonly [number, number])[];
  readonly dash: string;
  readonly strong: boolean;
  readonly label: string;
  readonly dots: readonly (readonly [number, number])[];
  readonly whisker: { readonly low: number; readonly high: number } | null;
}

/** Lines over a logarithmic x axis; `x` scales the logarithm to base 10. */
function plot(name: string, axis: string, x: Scale, y: Scale, lines: readonly Line[]): Markup {
  const across = (value: number) => x.percent(Math.log10(value));
  const up = (value: number) => `${(100 - y.at(value)).toFixed(2)}%`;
  const grid = y.ticks.map(
    (tick) =>
      markup`<line class="grid" x1="0" x2="100%" y1="${up(tick)}" y2="${up(tick)}"/><text class="tick end" x="-7" y="${up(tick)}" dy="4">${fixed(tick, y.digits)}</text>`,
  );
  const ticks = x.ticks.map(
    (tick) =>
      markup`<text class="tick" x="${x.percent(tick)}" y="100%" dy="17">${shortCount(10 ** tick)}</text>`,
  );
  const marks = lines.map(({ points, dash, strong, label, dots, whisker }) => {
    const inside = points.filter(([, loss]) => y.holds(loss));
    const path = inside
      .map(
        ([at, loss], i) =>
          `${i === 0 ? "M" : "L"}${x.at(Math.log10(at)).toFixed(2)} ${(100 - y.at(loss)).toFixed(2)}`,
      )
      .join("");
    const [endX, endY] = inside.at(-1) ?? [1, 0];
    const hue = strong ? "m-main" : "m-trees";
    return markup`<svg class="stretch" viewBox="0 0 100 100" preserveAspectRatio="none"><path class="line ${hue}" style="--dash:${dash}" d="${path}"/></svg>${dots.map(
      ([at, loss]) =>
        markup`<use href="#k-circle" x="${across(at)}" y="${up(loss)}" class="mark small ${hue}"><title>${label}: ${shortCount(at)} ${axis}, loss ${fixed(loss, 3)}</title></use>`,
    )}${whisker !== null && dots[0] !== undefined && markup`<line class="whisker ${hue}" x1="${across(dots[0][0])}" x2="${across(dots[0][0])}" y1="${up(whisker.low)}" y2="${up(whisker.high)}"/>`}<text class="direct" x="${across(endX)}" y="${up(endY)}" dx="8" dy="4">${label}</text>`;
  });
  return markup`<div class="panel"><div class="plot"><svg class="lines" role="img" aria-label="${name}">${grid}${ticks}${marks}<text class="axis-title" x="50%" y="100%" dy="34">${axis}, logarithmic</text></svg></div></div>`;
}

/** Ticks at powers of ten and their halves. */
function logScale(low: number, high: number): Scale {
  const [from, to] = [Math.log10(low), Math.log10(high)];
  return scaleOf(from, to, to - from > 1.5 ? 1 : 0.5);
}

/** Loss curves rise without bound at absurd sizes: the plot ends at the upper quartile plus the range below it. */
function clipped(losses: readonly number[]): number[] {
  const sorted = [...losses].sort((a, b) => a - b);
  const low = sorted[0] as number;
  const high = sorted[Math.floor(0.75 * (sorted.length - 1))] as number;
  return sorted.filter((loss) => loss <= low + 2 * (high - low));
}
