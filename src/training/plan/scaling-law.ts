/**
 * Loss as a function of parameters and tokens: L(N, D) = floor + a / N^alpha + b / D^beta (Hoffmann 2022, eq. 2), fitted
 * to the losses of trial runs by least relative squares. For given exponents the law is linear in floor, a and b, so the
 * exponents are searched on a grid that is refined, and nothing has to be started anywhere.
 * Tokens seen again are worth less: those of R repetitions count as U (1 + K (1 - exp(-R / K))) with U tokens in one
 * epoch (Muennighoff 2023, eq. 5; K = 15.4 there). Trials that repeat their data choose K themselves.
 */
import { z } from "zod";
import type { Random } from "../../effects/random.ts";
import { nonNegativeLeastSquares } from "./non-negative-least-squares.ts";

export interface LossPoint {
  /** Trial run that the point is of; points of one run are not independent. */
  readonly run: number;
  readonly parameters: number;
  /** Tokens trained on, repetitions included. */
  readonly tokens: number;
  readonly loss: number;
}

export const scalingLawSchema = z.strictObject({
  floor: z.number(),
  /** Share of the loss that more parameters take away: sizeTerm / parameters^sizeExponent. */
  sizeTerm: z.number(),
  sizeExponent: z.number(),
  dataTerm: z.number(),
  dataExponent: z.number(),
  /** Tokens of one epoch. */
  epochTokens: z.number(),
  /** K above, in epochs. */
  repetitionEpochs: z.number(),
  /** Whether the trials chose K, or it is the published one. */
  repetitionFrom: z.enum(["trials", "published"]),
  /** Root of the mean squared relative error of the points. */
  relativeError: z.number(),
});
export type ScalingLaw = Readonly<z.output<typeof scalingLawSchema>>;

export const PUBLISHED_REPETITION = 15.4;
const REPETITIONS = [1, 2, 4, 8, PUBLISHED_REPETITION, 30];
/** Trials that stay below so many epochs say nothing about repetition. */
const EPOCHS_TO_TELL = 3;
const EXPONENTS = { low: 0.2, high: 1 };
const GRID = 16;
const REFINEMENTS = 4;

export function effectiveTokens(tokens: number, epochTokens: number, repetitionEpochs: number): number {
  const repeated = tokens / epochTokens - 1;
  if (repeated <= 0) return tokens;
  return epochTokens * (1 + repetitionEpochs * (1 - Math.exp(-repeated / repetitionEpochs)));
}

export function lossAt(law: ScalingLaw, parameters: number, tokens: number): number {
  const seen = effectiveTokens(tokens, law.epochTokens, law.repetitionEpochs);
  return (
    law.floor + law.sizeTerm * parameters ** -law.sizeExponent + law.dataTerm * seen ** -law.dataExponent
  );
}

/** @param repetition K, where it is not to be chosen */
export function fitScalingLaw(
  points: readonly LossPoint[],
  epochTokens: number,
  repetition?: number,
): ScalingLaw {
  const longest = Math.max(...points.map(({ tokens }) => tokens)) / epochTokens;
  const tells = longest >= EPOCHS_TO_TELL;
  const tried = repetition === undefined ? (tells ? REPETITIONS : [PUBLISHED_REPETITION]) : [repetition];
  const fits = tried.map((epochs) => fitExponents(points, epochTokens, epochs));
  const best = fits.reduce((least, fit) => (fit.relativeError < least.relativeError ? fit : least));
  return { ...best, repetitionFrom: tells ? "trials" : "published" };
}

/** @param near exponents to search around instead of everywhere */
function fitExponents(
  points: readonly LossPoint[],
  epochTokens: number,
  repetitionEpochs: number,
  near?: Pick<ScalingLaw, "sizeExponent" | "dataExponent">,
) {
  const seen = points.map(({ tokens }) => effectiveTokens(tokens, epochTokens, repetitionEpochs));
  const [low, high] = [Math.log(EXPONENTS.low), Math.log(EXPONENTS.high)];
  let best = linearFit(points, seen, near?.sizeExponent ?? 0.3, near?.dataExponent ?? 0.3);
  let step = (high - low) / GRID;
  for (let refinement = 0; refinement <= REFINEMENTS; refinement++) {
    const everywhere = refinement === 0 && near === undefined;
    const tried = (centre: number) =>
      everywhere
        ? Array.from({ length: GRID + 1 }, (_, i) => low + i * step)
        : Array.from({ length: 7 }, (_, i) =>
            Math.min(high, Math.max(low, Math.log(centre) + (i - 3) * step)),
          );
    const { sizeExponent, dataExponent } = best;
    for (const a of tried(sizeExponent))
      for (const b of tried(dataExponent)) {
        const fit = linearFit(points, seen, Math.exp(a), Math.exp(b));
        if (fit.relativeError < best.relativeError) best = fit;
      }
    step /= 3;
  }
  return { ...best, epochTokens, repetitionEpochs };
}

/** Floor and both terms for given exponents: sum of ((floor + a x + b y) / loss - 1)^2, none below 0. */
function linearFit(
  points: readonly LossPoint[],
  seen: readonly number[],
  sizeExponent: number,
  dataExponent: number,
) {
  const rows = points.map(({ parameters, loss }, i) => [
    1 / loss,
    parameters ** -sizeExponent / loss,
    (seen[i] as number) ** -dataExponent / loss,
  ]);
  const { solution, squaredError } = nonNegativeLeastSquares(
    rows,
    points.map(() => 1),
  );
  const [floor, sizeTerm, dataTerm] = solution as [number, number, number];
  const relativeError = Math.sqrt(squaredError / points.length);
  return { floor, sizeTerm, sizeExponent, dataTerm, dataExponent, relativeError };
}

/**
 * Laws of resampled losses, for intervals: the residuals of each trial run keep or change their sign together (wild
 * cluster bootstrap; Cameron, Gelbach and Miller 2008), because the points of one run err together.
 */
export function resampledLaws(
  points: readonly LossPoint[],
  law: ScalingLaw,
  random: Random,
  count: number,
): ScalingLaw[] {
  const runs = [...new Set(points.map(({ run }) => run))];
  return Array.from({ length: count }, () => {
    const sign = new Map(runs.map((run) => [run, random.next() < 0.5 ? -1 : 1]));
    const resampled = points.map((point) => {
      const fitted = lossAt(law, point.parameters, point.tokens);
      return { ...point, loss: fitted * (point.loss / fitted) ** (sign.get(point.run) as number) };
    });
    return { ...law, ...fitExponents(resampled, law.epochTokens, law.repetitionEpochs, law) };
  });
}
