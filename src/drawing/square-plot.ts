/** The frame of the small square charts: both axes on one kind of quantity, with a diagonal. Units are pixels. */
import { type Markup, markup } from "./markup.ts";
import type { Scale } from "./scale.ts";

export const SQUARE = { left: 34, top: 6, side: 150, width: 194, height: 190 } as const;

export function squareX(scale: Scale, value: number): number {
  return rounded(SQUARE.left + (SQUARE.side * scale.at(value)) / 100);
}

export function squareY(scale: Scale, value: number): number {
  return rounded(SQUARE.top + SQUARE.side - (SQUARE.side * scale.at(value)) / 100);
}

export interface SquarePlot {
  readonly scale: Scale;
  /** Of the vertical axis, when it is of another kind than the horizontal one; then there is no diagonal. */
  readonly yScale?: Scale;
  readonly write: (value: number) => string;
  readonly xTitle: string;
  readonly yTitle: string;
  /** What the picture shows, for those who do not see it. */
  readonly name: string;
  readonly children: readonly (Markup | false)[];
}

export function squarePlot({ scale, yScale, write, xTitle, yTitle, name, children }: SquarePlot): Markup {
  const { left, top, side, width, height } = SQUARE;
  const bottom = top + side;
  const columns = scale.ticks.map((tick) => {
    const x = squareX(scale, tick);
    return markup`<path class="grid" d="M${x} ${top}V${bottom}"/><text class="tick" x="${x}" y="${bottom + 13}">${write(tick)}</text>`;
  });
  const rows = (yScale ?? scale).ticks.map((tick) => {
    const y = squareY(yScale ?? scale, tick);
    return markup`<path class="grid" d="M${left} ${y}H${left + side}"/><text class="tick end" x="${left - 5}" y="${y + 3.5}">${write(tick)}</text>`;
  });
  const diagonal = markup`<path class="diagonal" d="M${left} ${bottom}L${left + side} ${top}"/>`;
  return markup`<svg class="square" role="img" aria-label="${name}" viewBox="0 0 ${width} ${height}">${columns}${rows}${yScale === undefined && diagonal}${children}<text class="axis-title" x="${left + side / 2}" y="${bottom + 28}">${xTitle}</text><text class="axis-title" transform="translate(8 ${top + side / 2})rotate(-90)">${yTitle}</text></svg>`;
}

export function linePath(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y], i) => `${i === 0 ? "M" : "L"}${x} ${y}`).join("");
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
