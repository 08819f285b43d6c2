/** C-index of every model with its 95 % interval, one row a model, longitude first; a table that can be read as text. */

import { type Markup, markup } from "../../drawing/markup.ts";
import { ABSENT, fixed, intervalText } from "../../drawing/number-text.ts";
import { niceScale, type Scale } from "../../drawing/scale.ts";
import type { ModelMeasures } from "../design/evaluation-schema.ts";
import type { Estimate } from "../measures/estimate.ts";
import { axisStrip, intervalStrip } from "./interval-strip.ts";
import { labelOf, lookOf, markerAt, markerKey } from "./model-look.ts";

/** A C-index of one half is chance. */
const CHANCE = 0.5;

export interface ForestPlot {
  readonly caption: string;
  /** In the order of the rows; the first is emphasised. */
  readonly models: readonly string[];
  readonly estimates: Readonly<Record<string, Estimate | null>>;
  readonly scale: Scale;
  readonly digits: number;
}

export function forestPlot({ caption, models, estimates, scale, digits }: ForestPlot): Markup {
  return markup`<table class="forest"><caption class="hidden">${caption}</caption><colgroup><col class="c-label"><col><col class="c-figures"></colgroup>
<thead class="hidden"><tr><th scope="col">Model</th><td></td><th scope="col">C-index (95\u00a0% interval)</th></tr></thead><tbody>${models.map(
    (model, i) => {
      const estimate = estimates[model] ?? null;
      return markup`<tr class="${i === 0 ? "main" : ""}"><th scope="row">${markerKey(model)}${labelOf(model)}</th><td class="cell">${intervalStrip(
        {
          scale,
          estimate,
          className: lookOf(model).className,
          marker: (x, y) => markerAt(model, x, y),
          reference: CHANCE,
        },
      )}</td><td class="figures">${
        estimate === null
          ? ABSENT
          : markup`<b>${fixed(estimate.value, digits)}</b> <span>${intervalText(estimate, digits)}</span>`
      }</td></tr>`;
    },
  )}</tbody><tfoot aria-hidden="true"><tr><td></td><td class="cell">${axisStrip(scale, CHANCE, (tick) =>
    fixed(tick, scale.digits),
  )}</td><td class="unit">C-index</td></tr></tfoot></table>`;
}

/** One scale for many forests, so that they can be compared; intervals beyond a C-index of 0.4 are cut with an arrow. */
export function sharedScale(all: readonly Readonly<Record<string, ModelMeasures>>[]): Scale {
  const reach = all
    .flatMap((models) => Object.values(models))
    .flatMap(({ cIndex }) => (cIndex === null ? [] : [cIndex.low, cIndex.high]));
  return niceScale(
    reach.length === 0 ? [0.5, 1] : [CHANCE, ...reach.map((value) => Math.max(0.4, value))],
    5,
  );
}
