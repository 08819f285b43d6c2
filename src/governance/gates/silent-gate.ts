/**
 * What must have matured in silence before a forecast is shown: enough persons and onsets, with calibration and ranking within
 * bounds. Part of gates.yaml; strict where the site says nothing.
 * Invariant: evidence that is not there fails; of the horizons that have enough, every one must hold.
 */
import { z } from "zod";
import { type Bound, boundSchema, boundsText, holds } from "../../evaluation/measures/bound.ts";
import type { Estimate } from "../../evaluation/measures/estimate.ts";

/** Its name in waivers. */
export const SILENT_GATE = "silent-evidence";

export const silentGateSchema = z.strictObject({
  /** Whose silent forecast has matured. */
  minimumPersons: z.int().min(1).default(200),
  minimumOnsets: z.int().min(10).default(20),
  observedToExpected: z.array(boundSchema).default([
    { on: "low", atMost: 1.25 },
    { on: "high", atLeast: 0.8 },
    { on: "value", atLeast: 0.7, atMost: 1.4 },
  ]),
  calibrationSlope: z.array(boundSchema).default([{ on: "value", atLeast: 0.5, atMost: 2 }]),
  auroc: z.array(boundSchema).default([{ on: "low", atLeast: 0.6 }]),
});

export type SilentGate = z.output<typeof silentGateSchema>;

/** Of one outcome and horizon. */
export interface SilentEvidence {
  readonly outcome: string;
  readonly horizon: string;
  readonly persons: number;
  /** Null: too few to tell. */
  readonly onsets: number | null;
  readonly observedToExpected: Estimate | null;
  readonly calibrationSlope: Estimate | null;
  readonly auroc: Estimate | null;
}

const MEASURES = ["observedToExpected", "calibrationSlope", "auroc"] as const;

/** @returns why the outcome may not be shown yet; null where it may */
export function silentGateFailure(
  gate: SilentGate,
  outcome: string,
  evidence: readonly SilentEvidence[],
): string | null {
  const enough = evidence.filter(
    (one) =>
      one.outcome === outcome &&
      one.persons >= gate.minimumPersons &&
      one.onsets !== null &&
      one.onsets >= gate.minimumOnsets,
  );
  if (enough.length === 0)
    return `fewer than ${gate.minimumPersons} silent forecasts with ${gate.minimumOnsets} onsets have matured`;
  const broken = enough.flatMap((one) =>
    MEASURES.flatMap((measure) => {
      const figure = one[measure];
      const off = gate[measure].filter((bound) => figure === null || !holds(bound, figure));
      return off.length === 0
        ? []
        : [`${measure} within ${one.horizon} ${told(figure)}, asked: ${asked(off)}`];
    }),
  );
  return broken.length === 0 ? null : broken.join("; ");
}

function told(figure: Estimate | null): string {
  if (figure === null) return "cannot be measured";
  const { value, low, high, n } = figure;
  return `${value.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)}, n ${n})`;
}

function asked(bounds: readonly Bound[]): string {
  return bounds.map((bound) => `${bound.on} ${boundsText(bound)}`).join(" and ");
}
