/** Shapes and hatchings that the charts of a page refer to. */
import { type Markup, markup } from "./markup.ts";

export type MarkerShape = "circle" | "square" | "up" | "diamond" | "down" | "cross";

const PATHS: Readonly<Record<MarkerShape, string>> = {
  circle: "M-5.2 0a5.2 5.2 0 1 0 10.4 0a5.2 5.2 0 1 0 -10.4 0Z",
  square: "M-3.9-3.9h7.8v7.8h-7.8Z",
  up: "M0-5L4.9 3.6H-4.9Z",
  diamond: "M0-5.4L4.6 0L0 5.4L-4.6 0Z",
  down: "M0 5L4.9-3.6H-4.9Z",
  cross: "M-3.8-3.8L3.8 3.8M-3.8 3.8L3.8-3.8",
};

/** To stand once in a page. */
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
