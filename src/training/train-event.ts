/**
 * What a training run says of itself, the embedded one and `trainers/torch` alike: printed as progress, and kept in the
 * run's log. Counts, losses and speeds; nothing of a person.
 */
import { z } from "zod";

const pointSchema = z.object({
  epoch: z.int(),
  step: z.int(),
  loss: z.number(),
  nextEventLoss: z.number(),
  onsetLoss: z.number(),
  trainingNextEventLoss: z.number(),
  trainingOnsetLoss: z.number(),
});

/** Loss on the tuning persons after each epoch. */
export const tuningCurveSchema = z.array(pointSchema).readonly();

export const trainEventSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("start"),
    parameters: z.int(),
    persons: z.int(),
    tuningPersons: z.int(),
    totalSteps: z.int(),
    resumedAtStep: z.int(),
  }),
  z.object({
    kind: z.literal("step"),
    step: z.int(),
    totalSteps: z.int(),
    epoch: z.int(),
    /** Means of the epoch so far. */
    nextEventLoss: z.number(),
    onsetLoss: z.number(),
    tuningLoss: z.number().nullable(),
    learningRate: z.number(),
    /** Of the whole gradient at this step, before it was clipped. */
    gradientNorm: z.number(),
    tokensPerSecond: z.number(),
    memoryBytes: z.number(),
    secondsLeft: z.number(),
  }),
  z.object({ kind: z.literal("tuning"), point: pointSchema, best: z.boolean() }),
  z.object({
    kind: z.literal("done"),
    curve: tuningCurveSchema,
    bestEpoch: z.int(),
    seconds: z.number(),
    realTokens: z.int(),
  }),
]);

export type TrainEvent = z.output<typeof trainEventSchema>;
