/**
 * Queries as people may ask them, drawn at random from what training persons have: a code with all of its values, values
 * of a code beyond a threshold or between two, codes of one family, and unions of such; death alone or among others.
 * Invariant: a token in `without` is in no query, so that the head can be measured on what it was never taught.
 */
import type { Random } from "../../effects/random.ts";
import type { TokenShares } from "../../tokens/outcome-tokens.ts";
import type { Vocabulary } from "../../tokens/vocabulary.ts";

/** Tokens of one code and unit, by ascending value where it has values. */
interface CodeTokens {
  readonly code: string;
  readonly tokens: readonly number[];
  readonly weight: number;
}

export interface QueryUniverse {
  readonly codes: readonly CodeTokens[];
  readonly death: number;
  /** Running total of the codes' weights, for drawing one. */
  readonly cumulative: Float64Array;
}

const FUSED = /^(.*)\/\/Q\d+$/;
const LARGEST_UNION = 8;

/** @param rates events a year, by token */
export function queryUniverse(
  vocabulary: Vocabulary,
  rates: Float32Array,
  without: ReadonlySet<number> = new Set(),
): QueryUniverse {
  const byCode = new Map<string, number[]>();
  const { textTokens, tokens } = vocabulary.file;
  for (const [i, name] of tokens.entries()) {
    const token = textTokens + i;
    if (rates[token] === 0 || token === vocabulary.death || without.has(token)) continue;
    const code = FUSED.exec(name)?.[1] ?? name;
    const known = byCode.get(code);
    if (known === undefined) byCode.set(code, [token]);
    else known.push(token);
  }
  const codes = [...byCode].map(([code, own]) => {
    const rate = own.reduce((total, token) => total + (rates[token] as number), 0);
    // The square root: rare codes are asked for more often than they happen.
    return { code, tokens: own, weight: Math.sqrt(rate) };
  });
  let total = 0;
  const cumulative = Float64Array.from(codes, ({ weight }) => {
    total += weight;
    return total;
  });
  return { codes, death: without.has(vocabulary.death) ? -1 : vocabulary.death, cumulative };
}

/** @returns tokens ascending, each with its share in (0, 1] */
export function drawQuery(universe: QueryUniverse, random: Random): TokenShares {
  const shares = new Map<number, number>();
  const join = (parts: Iterable<readonly [number, number]>) => {
    for (const [token, share] of parts) shares.set(token, Math.max(share, shares.get(token) ?? 0));
  };
  const { codes, death } = universe;
  const kind = random.next();
  if (codes.length === 0 || (kind < 0.06 && death >= 0)) join([[death, 1]]);
  else if (kind < 0.4) join(whole(drawCode(universe, random)));
  else if (kind < 0.65) join(valuesOf(drawCode(universe, random), random));
  else if (kind < 0.8) join(family(universe, random));
  else {
    const parts = 2 + random.integer(Math.max(1, Math.min(LARGEST_UNION, codes.length) - 1));
    for (let i = 0; i < parts; i++) {
      const code = drawCode(universe, random);
      join(random.next() < 0.7 ? whole(code) : valuesOf(code, random));
    }
    if (death >= 0 && random.next() < 0.15) join([[death, 1]]);
  }
  const sorted = [...shares].sort(([a], [b]) => a - b);
  return {
    tokens: Int32Array.from(sorted, ([token]) => token),
    shares: Float64Array.from(sorted, ([, share]) => share),
  };
}

function drawCode({ codes, cumulative }: QueryUniverse, random: Random): CodeTokens {
  const at = random.next() * (cumulative.at(-1) as number);
  const found = cumulative.findIndex((total) => total > at);
  return codes[found < 0 ? codes.length - 1 : found] as CodeTokens;
}

function whole({ tokens }: CodeTokens): [number, number][] {
  return tokens.map((token) => [token, 1]);
}

/** The bins above, below or between thresholds; a bin in which a threshold lies counts in part. */
function valuesOf(code: CodeTokens, random: Random): [number, number][] {
  const bins = code.tokens.length;
  if (bins < 2) return whole(code);
  const at = random.next() * bins;
  const side = random.next();
  const other = random.next() * bins;
  const [low, high] =
    side < 0.4 ? [at, bins] : side < 0.8 ? [0, at] : [Math.min(at, other), Math.max(at, other)];
  const parts = code.tokens.map((token, bin): [number, number] => [
    token,
    Math.max(0, Math.min(high, bin + 1) - Math.max(low, bin)),
  ]);
  const some = parts.filter(([, share]) => share > 0.02);
  return some.length === 0 ? whole(code) : some;
}

/** Codes that begin alike: a drawn code with up to three letters of its end left out. */
function family(universe: QueryUniverse, random: Random): [number, number][] {
  const { code } = drawCode(universe, random);
  const slash = code.indexOf("/") + 1;
  const letters = Math.max(slash + 1, code.length - 1 - random.integer(4));
  const beginning = code.slice(0, letters);
  return universe.codes.filter((other) => other.code.startsWith(beginning)).flatMap(whole);
}
