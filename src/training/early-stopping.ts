/** When training stops, and which epoch is kept: the lowest tuning loss, and no better one for `patience` epochs. */
import type { TrainingConfig } from "./training-config.ts";
import type { TuningPoint } from "./training-state.ts";

export function bestEpoch(curve: readonly TuningPoint[]): number {
  return curve.reduce(
    (best, point) => (point.loss < (curve[best]?.loss ?? Infinity) ? point.epoch : best),
    0,
  );
}

export function isFinished(curve: readonly TuningPoint[], config: TrainingConfig): boolean {
  return curve.length >= config.epochs || curve.length - 1 - bestEpoch(curve) >= config.patience;
}
