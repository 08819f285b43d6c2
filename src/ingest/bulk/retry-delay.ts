/** How long to wait before the server is asked again. */
import type { Random } from "../../effects/random.ts";

/** A server that asks for more is asked again after this all the same. */
const LONGEST_MS = 60 * 60_000;

/** `Retry-After`: seconds or an HTTP date; null when it says neither. Milliseconds from now. */
export function retryAfterMs(text: string | null, now: number): number | null {
  if (text === null) return null;
  if (/^\s*\d+(\.\d+)?\s*$/.test(text)) return Math.min(Number(text) * 1000, LONGEST_MS);
  // An HTTP date names its weekday; anything else that the parser would take is not one.
  const at = /^[A-Z][a-z]+,? /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : Math.min(Math.max(0, at - now), LONGEST_MS);
}

export interface BackOff {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** Exponential with full jitter in its upper half, so that clients which failed together do not come back together. */
export function backOffMs(attempt: number, { firstMs, longestMs }: BackOff, random: Random): number {
  const whole = Math.min(longestMs, firstMs * 2 ** attempt);
  return whole / 2 + (whole / 2) * random.next();
}
