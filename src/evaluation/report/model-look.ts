/**
 * How each model looks in every chart: a name, a marker shape, a line dash and a colour class. Shape and dash carry the
 * meaning; colour only helps.
 */
import { type Markup, markup } from "./markup.ts";

type MarkerShape = "circle" | "square" | "up" | "diamond" | "down" | "cross";

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

const PATHS: Readonly<Record<MarkerShape, string>> = {
  circle: "M-5.2 0a5.2 5.2 0 1 0 10.4 0a5.2 5.2 0 1 0 -10.4 0Z",
  square: "M-3.9-3.9h7.8v7.8h-7.8Z",
  up: "M0-5L4.9 3.6H-4.9Z",
  diamond: "M0-5.4L4.6 0L0 5.4L-4.6 0Z",
  down: "M0 5L4.9-3.6H-4.9Z",
  cross: "M-3.8-3.8L3.8 3.8M-3.8 3.8L3.8-3.8",
};

/** Shapes and hatchings that all charts of the page refer to. */
export function chartDefinitions(): Markup {
  const shapes = Object.entries(PATHS).map(
    ([name, path]) => markup`<path id="k-${name}" d="${path}" vector-effect="non-scaling-stroke"/>`,
  );
  return markup`<svg class="defs" width="0" height="0" aria-hidden="true" focusable="false"><defs>${shapes}
<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch-ground" width="6" height="6"/><path class="hatch-line" d="M0 0V6" /></pattern>
<pattern id="dots" width="6" height="6" patternUnits="userSpaceOnUse"><rect class="hatch-ground" width="6" height="6"/><circle class="hatch-dot" cx="3" cy="3" r="1.15"/></pattern>
<pattern id="grid" width="6" height="6" patternUnits="userSpaceOnUse"><rect class="hatch-ground" width="6" height="6"/><path class="hatch-line" d="M0 3H6"/></pattern>
</defs></svg>`;
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
