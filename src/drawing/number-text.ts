/**
 * Numbers as people read them. Decimals follow the width of the interval: a figure is never more precise than what is
 * known about it.
 */
/** A value with its 95 % interval. */
interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export const ABSENT = "–";

/** `14,052` */
export function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** `3 onsets`, `1 onset` */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** A true minus sign, and no negative zero. */
export function fixed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

export function signed(value: number, digits: number): string {
  const text = fixed(value, digits);
  return text.startsWith("−") ? text : `+${text}`;
}

/** Decimals that the widest of the intervals supports: 3 below a width of 0.1, 2 below 1, else 1. */
export function digitsFor(estimates: readonly (Interval | null | undefined)[]): number {
  const widths = estimates.map((estimate) => (estimate ? estimate.high - estimate.low : 0));
  const widest = Math.max(0, ...widths);
  return widest < 0.1 ? 3 : widest < 1 ? 2 : 1;
}

/** `0.743 (0.701 to 0.785)` */
export function estimateText(
  estimate: Interval | null | undefined,
  digits = digitsFor([estimate]),
  write: (value: number, digits: number) => string = fixed,
): string {
  if (!estimate) return ABSENT;
  return `${write(estimate.value, digits)} (${intervalText(estimate, digits, write)})`;
}

/** `0.701 to 0.785` */
export function intervalText(
  { low, high }: Interval,
  digits: number,
  write: (value: number, digits: number) => string = fixed,
): string {
  return `${write(low, digits)} to ${write(high, digits)}`;
}

/** A share as a whole percentage; below half a percent that is said, not rounded away. */
export function percent(share: number, digits = 0): string {
  const smallest = 10 ** -digits;
  const value = 100 * share;
  if (value > 0 && value < smallest / 2) return `<${smallest.toFixed(digits)}\u00a0%`;
  return `${value.toFixed(digits)}\u00a0%`;
}

/** `12 % (9 to 15)` with decimals only for small shares. */
export function shareText(estimate: Interval | null): string {
  if (estimate === null) return ABSENT;
  const digits = estimate.high < 0.05 ? 1 : 0;
  const part = (value: number) => (100 * value).toFixed(digits);
  return `${part(estimate.value)}\u00a0% (${part(estimate.low)} to ${part(estimate.high)})`;
}

/** `about 12 of 100`; small risks are counted in 1,000. */
export function naturalFrequency(share: number): string {
  const inHundred = Math.round(100 * share);
  return inHundred >= 3 ? `about ${inHundred} of 100` : `about ${Math.round(1000 * share)} of 1,000`;
}

/** `a, b and c` */
export function listed(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join("");
  return `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}
