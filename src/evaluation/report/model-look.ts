/**
 * How each model looks in every chart: a name, a marker shape, a line dash and a colour class. Shape and dash carry the
 * meaning; colour only helps.
 */
import type { MarkerShape } from "../../drawing/chart-definitions.ts";
import { type Markup, markup } from "../../drawing/markup.ts";

interface ModelLook {
  readonly label: string;
  /** At most eight letters, for the terminal. */
  readonly short: string;
  readonly marker: MarkerShape;
  /** Class that sets `--hue` and the dash. */
  readonly className: string;
}

const LOOKS: Readonly<Record<string, ModelLook>> = {
  longitude: { label: "Longitude", short: "longit.", marker: "circle", className: "m-main" },
  longitudeDecoder: { label: "Decoder alone", short: "decoder", marker: "circle", className: "m-logistic" },
  boostedHazards: { label: "Boosted hazards", short: "hazards", marker: "square", className: "m-hazards" },
  trees: { label: "Boosted trees", short: "trees", marker: "up", className: "m-trees" },
  cox: { label: "Ridge Cox", short: "Cox", marker: "diamond", className: "m-cox" },
  logistic: { label: "Ridge logistic", short: "logistic", marker: "down", className: "m-logistic" },
  ageSex: { label: "Age and sex", short: "age+sex", marker: "cross", className: "m-age" },
  longitudeSimulated: {
    label: "Simulated futures",
    short: "simulat.",
    marker: "square",
    className: "m-hazards",
  },
};

export function lookOf(model: string): ModelLook {
  return LOOKS[model] ?? { label: model, short: model.slice(0, 8), marker: "cross", className: "m-age" };
}

export function labelOf(model: string): string {
  return lookOf(model).label;
}

/** A name inside a sentence; the product keeps its capital. */
export function labelInText(model: string): string {
  const label = labelOf(model);
  return model === "longitude" ? label : `${label.charAt(0).toLowerCase()}${label.slice(1)}`;
}

/** A model's marker at a place of a chart, in percent or pixels. */
export function markerAt(model: string, x: string | number, y: string | number): Markup {
  const { marker, className } = lookOf(model);
  return markup`<use href="#k-${marker}" x="${x}" y="${y}" class="mark ${className} k-${marker}"/>`;
}

/** The marker as a key in running text. */
export function markerKey(model: string): Markup {
  return markup`<svg class="key" width="14" height="14" aria-hidden="true" focusable="false">${markerAt(model, 7, 7)}</svg>`;
}
