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
  readonly write: (value: number) => string;
  readonly xTitle: string;
  readonly yTitle: string;
  /** What the picture shows, for those who do not see it. */
  readonly name: string;
  readonly children: readonly (Markup | false)[];
}

export function squarePlot({ scale, write, xTitle, yTitle, name, children }: SquarePlot): Markup {
  const { left, top, side, width, height } = SQUARE;
  const bottom = top + side;
  const lines = scale.ticks.map((tick) => {
    const [x, y] = [squareX(scale, tick), squareY(scale, tick)];
    return markup`<path class="grid" d="M${x} ${top}V${bottom}M${left} ${y}H${left + side}"/><text class="tick" x="${x}" y="${bottom + 13}">${write(tick)}</text><text class="tick end" x="${left - 5}" y="${y + 3.5}">${write(tick)}</text>`;
  });
  return markup`<svg class="square" role="img" aria-label="${name}" viewBox="0 0 ${width} ${height}">${lines}<path class="diagonal" d="M${left} ${bottom}L${left + side} ${top}"/>${children}<text class="axis-title" x="${left + side / 2}" y="${bottom + 28}">${xTitle}</text><text class="axis-title" transform="translate(8 ${top + side / 2})rotate(-90)">${yTitle}</text></svg>`;
}

export function linePath(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y], i) => `${i === 0 ? "M" : "L"}${x} ${y}`).join("");
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
