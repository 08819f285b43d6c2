/**
 * The best split of a node from its histograms: second-order gain with an L2 penalty on leaf values
 * (Chen & Guestrin, KDD 2016, equation 7), missing values tried on both sides.
 */
import { MAXIMUM_BINS } from "./binned-features.ts";

export interface Split {
  readonly gain: number;
  readonly feature: number;
  readonly threshold: number;
  readonly missingLeft: boolean;
  /** Sums over the left part. */
  readonly gradient: number;
  readonly hessian: number;
}

export interface SplitLimits {
  readonly penalty: number;
  readonly minimumChildHessian: number;
  readonly minimumGain: number;
}

/**
 * @param histogram [features x bins x 2] sums of gradient and hessian
 * @param candidates features to look at
 */
export function bestSplit(
  histogram: Float64Array,
  candidates: readonly number[],
  gradient: number,
  hessian: number,
  limits: SplitLimits,
): Split | null {
  const { penalty, minimumChildHessian } = limits;
  const parent = (gradient * gradient) / (hessian + penalty);
  let gain = limits.minimumGain;
  let best: Split | null = null;
  for (const feature of candidates) {
    const base = feature * MAXIMUM_BINS * 2;
    const missingGradient = histogram[base] as number;
    const missingHessian = histogram[base + 1] as number;
    for (let side = 0; side < (missingHessian > 0 ? 2 : 1); side++) {
      let leftGradient = side === 0 ? 0 : missingGradient;
      let leftHessian = side === 0 ? 0 : missingHessian;
      for (let bin = 1; bin < MAXIMUM_BINS - 1; bin++) {
        const binHessian = histogram[base + 2 * bin + 1] as number;
        if (binHessian === 0) continue;
        leftGradient += histogram[base + 2 * bin] as number;
        leftHessian += binHessian;
        if (leftHessian < minimumChildHessian) continue;
        const rightHessian = hessian - leftHessian;
        if (rightHessian < minimumChildHessian) break;
        const rightGradient = gradient - leftGradient;
        const here =
          (leftGradient * leftGradient) / (leftHessian + penalty) +
          (rightGradient * rightGradient) / (rightHessian + penalty) -
          parent;
        if (here > gain) {
          gain = here;
          best = {
            gain,
            feature,
            threshold: bin,
            missingLeft: side === 1,
            gradient: leftGradient,
            hessian: leftHessian,
          };
        }
      }
    }
  }
  return best;
}
