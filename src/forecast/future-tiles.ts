/**
 * How futures stand in a decoding batch: tiles of equal size, each with futures of one patient only, so that a tile
 * meets its patient's history in one product. Tiles halve as futures end.
 * Invariant: a smaller tile divides the larger, so that a row only ever moves towards the front.
 */

export const LARGEST_TILE = 64;
/** What a tile costs beyond its rows, in rows: its own copy of the history's keys and values, and a product of its own. */
const COST_OF_TILE = 2;

export interface Tiles {
  readonly size: number;
  /** The group (patient) of each tile. */
  readonly groups: readonly number[];
}

/** @param live futures still running in each group; @param largest the tile size so far, a power of two */
export function layTiles(live: readonly number[], largest: number): Tiles {
  let best: { size: number; cost: number } = { size: largest, cost: Number.POSITIVE_INFINITY };
  for (let size = largest; size >= 1; size /= 2) {
    const tiles = live.reduce((total, count) => total + Math.ceil(count / size), 0);
    const cost = tiles * (size + COST_OF_TILE);
    if (cost < best.cost) best = { size, cost };
  }
  const groups = live.flatMap((count, group) => Array(Math.ceil(count / best.size)).fill(group) as number[]);
  return { size: best.size, groups };
}
