/** Every landmark asked of any outcome, with the horizons asked there of any of them. */
import type { OutcomeDefinition, PredictionTime } from "../../vetting/outcome-definition.ts";

export function landmarksOf(definitions: readonly OutcomeDefinition[]): PredictionTime[] {
  const byName = new Map<string, PredictionTime>();
  for (const { predictionTimes } of definitions) {
    for (const time of predictionTimes) {
      const known = byName.get(time.landmark);
      const horizons = new Map([...(known?.horizons ?? []), ...time.horizons].map((h) => [h.name, h]));
      byName.set(time.landmark, { ...time, horizons: [...horizons.values()] });
    }
  }
  return [...byName.values()];
}
