/**
 * The fitted baselines as one JSON artefact: everything that `predictBaselines` needs, nothing that names a person.
 * Invariant: prediction on new records learns nothing; cuts, means and hazards are applied as they are stored.
 */
import { z } from "zod";
import { binCutsSchema } from "../../trees/boosting/binned-features.ts";
import { boostedModelSchema } from "../../trees/boosting/tune-then-fit.ts";
import { featureCatalogueSchema } from "../../trees/features/feature-catalogue.ts";
import { boostedHazardsSchema } from "../../trees/hazards/tree-head.ts";
import { linearDesignSchema } from "./linear-design.ts";

export const BASELINES_SCHEMA = "longitude.baselines/1";

/** From the plainest to the strongest. */
export const BASELINE_NAMES = ["ageSex", "logistic", "cox", "trees", "boostedHazards"] as const;
export type BaselineName = (typeof BASELINE_NAMES)[number];

const logistic = z.strictObject({
  penalty: z.number(),
  /** Intercept first. */
  parameters: z.array(z.number()),
});

const cox = z.strictObject({
  penalty: z.number(),
  coefficients: z.array(z.number()),
  /** Null when death is the outcome: nothing competes. */
  deathCoefficients: z.array(z.number()).nullable(),
  /** Ends of the pieces, days after the prediction time. */
  grid: z.array(z.number()),
  /** Baseline hazards integrated over each piece. */
  hazard: z.array(z.number()),
  deathHazard: z.array(z.number()),
});

const task = z.strictObject({
  outcome: z.string(),
  landmark: z.string(),
  persons: z.number().int(),
  onsets: z.number().int(),
  horizons: z.array(
    z.strictObject({
      name: z.string(),
      days: z.number(),
      ageSex: logistic,
      logistic,
      trees: boostedModelSchema,
    }),
  ),
  cox,
  /**
   * Factor on the death hazard that makes expected deaths without onset equal those observed; null when death is the
   * outcome: nothing competes.
   */
  deathFactor: z.number().nullable(),
});

const landmark = z.strictObject({
  name: z.string(),
  offsetDays: z.number(),
  ageSexDesign: linearDesignSchema,
  linearDesign: linearDesignSchema,
  cuts: binCutsSchema,
});

const unfitted = z.strictObject({
  outcome: z.string(),
  landmark: z.string(),
  code: z.string(),
  message: z.string(),
});

export const baselineModelsSchema = z.strictObject({
  schema: z.literal(BASELINES_SCHEMA),
  seed: z.number(),
  catalogue: featureCatalogueSchema,
  landmarks: z.array(landmark),
  /** Those of the site's tree head. */
  boostedHazards: boostedHazardsSchema,
  tasks: z.array(task),
  /** Tasks without enough onsets among development persons. */
  unfitted: z.array(unfitted),
});

export type BaselineModels = z.infer<typeof baselineModelsSchema>;
export type BaselineTask = BaselineModels["tasks"][number];
export type BaselineLandmark = BaselineModels["landmarks"][number];
export type LogisticModel = z.infer<typeof logistic>;
export type CoxModel = z.infer<typeof cox>;
export type UnfittedTask = z.infer<typeof unfitted>;
