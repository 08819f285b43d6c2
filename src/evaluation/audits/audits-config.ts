/** The `audits:` section of longitude.yaml: how a model is audited, and the limits that it must keep. */
import { z } from "zod";
import { boundSchema } from "../measures/bound.ts";

const limit = (on: "value" | "low" | "high", bound: { atMost: number } | { atLeast: number }) =>
  boundSchema.prefault({ on, ...bound });

export const auditsSchema = z.strictObject({
  /** Resamples of persons behind each interval. */
  bootstrap: z.int().min(20).max(10_000).default(200),
  /** Of the resamples, of the persons chosen, of what is changed in records. */
  seed: z.int().default(1),
  /** Persons of each split that the privacy audit looks at, at the most. */
  persons: z.int().min(20).default(1500),
  /** Whether anything tells the model of the future. */
  leakage: z
    .strictObject({
      /** Families of codes that are taken out one after the other: those that foretell best alone. */
      families: z.int().min(1).max(100).default(8),
      /** Persons whose risk changes when what lies after the prediction is taken out of the record. */
      changedByTheFuture: limit("value", { atMost: 0 }),
      /** AUROC of one family of codes alone. */
      familyAlone: limit("low", { atMost: 0.9 }),
      /** Share of persons with a family in their record who have the onset in time. */
      familyMeansOnset: limit("low", { atMost: 0.9 }),
      /** AUROC that the model loses without one family. */
      lossWithoutFamily: limit("low", { atMost: 0.15 }),
      /** AUROC that the model loses when onsets within a year of the prediction are left out. */
      lossWithGap: limit("low", { atMost: 0.1 }),
      /** Predictions with the outcome itself in the record that the model reads. */
      outcomeInInput: limit("value", { atMost: 0 }),
      /** Persons measured whose record is that of somebody learned from. */
      duplicates: limit("value", { atMost: 0 }),
    })
    .prefault({}),
  /** How much is lost on records that differ. */
  robustness: z
    .strictObject({
      /** AUROC that the model may lose when events of one day are shuffled: nobody knows their order. */
      shuffledDays: limit("low", { atMost: 0.01 }),
      /** When a tenth of the values are slips of the decimal point. */
      unitSlips: limit("low", { atMost: 0.05 }),
      /** When half of the codes are written another way. */
      codingDrift: limit("low", { atMost: 0.15 }),
    })
    .prefault({}),
  /** Whether the model gives away whom it was made from. */
  privacy: z
    .strictObject({
      /** AUROC of telling persons learned from and others apart. */
      membership: limit("low", { atMost: 0.55 }),
      /** Share of the persons learned from who are told at one false alarm in a hundred. */
      membershipAtOnePercent: limit("low", { atMost: 0.03 }),
      /** Share of records continued word for word, beyond that of persons never seen. */
      completion: limit("low", { atMost: 0.01 }),
      /** AUROC: whether sensitive codes of persons learned from are foretold better than those of others. */
      sensitive: limit("low", { atMost: 0.55 }),
      /** Bits of exposure of planted records, on average; 1.44 is chance. */
      exposure: limit("low", { atMost: 3 }),
      /** Codes, or prefixes ending in `*`, that tell what people hide. */
      sensitiveCodes: z
        .array(z.string().min(1))
        .default([
          "ICD10CM/F*",
          "ICD10CM/B20*",
          "ICD10CM/Z21*",
          "ICD10CM/A5*",
          "ICD10CM/A6*",
          "ICD10CM/O03*",
          "ICD10CM/O04*",
          "ICD10CM/Z72*",
          "ICD9CM/042*",
          "ICD9CM/29*",
          "ICD9CM/30*",
          "ICD9CM/31*",
        ]),
    })
    .prefault({}),
});

export type AuditsConfig = z.output<typeof auditsSchema>;
