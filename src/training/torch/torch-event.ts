/** The events that `trainers/torch` prints, one JSON object a line: those of the embedded trainer, and `failed`. */
import { z } from "zod";
import type { TrainEvent } from "../train.ts";

const point = z.object({
  epoch: z.int(),
  step: z.int(),
  loss: z.number(),
  nextEventLoss: z.number(),
  onsetLoss: z.number(),
  trainingNextEventLoss: z.number(),
  trainingOnsetLoss: z.number(),
});

const torchEvent = z.discriminatedUnion("kind", [
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
    nextEventLoss: z.number(),
    onsetLoss: z.number(),
    tuningLoss: z.number().nullable(),
    tokensPerSecond: z.number(),
    memoryBytes: z.number(),
    secondsLeft: z.number(),
  }),
  z.object({ kind: z.literal("tuning"), point, best: z.boolean() }),
  z.object({
    kind: z.literal("done"),
    curve: z.array(point),
    bestEpoch: z.int(),
    seconds: z.number(),
    realTokens: z.int(),
  }),
  z.object({ kind: z.literal("failed"), code: z.string(), step: z.int() }),
]);

export type TorchEvent =
  | TrainEvent
  | { readonly kind: "failed"; readonly code: string; readonly step: number };

/** The event of a line, or null for a line that is none (a library may print, too). */
export function parseTorchEvent(line: string): TorchEvent | null {
  if (!line.startsWith("{")) return null;
  try {
    const parsed = torchEvent.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
