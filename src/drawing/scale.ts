/** Linear scales onto percent of a plot's width or height, and round tick values. */

export interface Scale {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
  /** Decimals that tell the ticks apart. */
  readonly digits: number;
  /** Position in percent, clamped to the plot. */
  at(value: number): number;
  /** Position as an attribute value, e.g. `41.67%`. */
  percent(value: number): string;
  holds(value: number): boolean;
}

/** @param reach values that the scale has to hold */
export function niceScale(reach: readonly number[], wantedTicks = 4): Scale {
  const usable = reach.filter((value) => Number.isFinite(value));
  const low = Math.min(...usable);
  const high = Math.max(...usable);
  if (usable.length === 0) return scaleOf(0, 1, 0.25);
  if (low === high) return scaleOf(low - 0.5, high + 0.5, 0.5);
  const step = niceStep((high - low) / wantedTicks);
  return scaleOf(Math.floor(low / step + 1e-9) * step, Math.ceil(high / step - 1e-9) * step, step);
}

export function scaleOf(low: number, high: number, step: number): Scale {
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const decimals = Number.isInteger(Number((step * 10 ** digits).toFixed(6))) ? digits : digits + 1;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  const ticks = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) =>
    Number(((first + i) * step).toFixed(decimals + 2)),
  );
  const at = (value: number) => Math.max(0, Math.min(100, (100 * (value - low)) / (high - low)));
  return {
    low,
    high,
    ticks,
    digits: decimals,
    at,
    percent: (value) => `${Number(at(value).toFixed(2))}%`,
    holds: (value) => value >= low - 1e-9 && value <= high + 1e-9,
  };
}

/** 1, 2 or 5 times a power of ten. */
function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const lead = rough / power;
  return (lead <= 1.0001 ? 1 : lead <= 2.0001 ? 2 : lead <= 5.0001 ? 5 : 10) * power;
}
