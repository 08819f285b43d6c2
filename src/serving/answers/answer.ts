/**
 * An answer: every outcome and horizon of one record at one prediction time, with what it rests on, or why it is withheld.
 * Invariant: it holds no event, code or date of the person; the same record, release and time give the same bytes.
 */
import { z } from "zod";

export const ANSWER_SCHEMA = "longitude.answer/1";

const interval = z.strictObject({
  low: z.number(),
  high: z.number(),
  /** Held-out persons with a like forecast, on whom it rests. */
  n: z.int(),
  method: z.string(),
});

export const driverSchema = z.strictObject({
  code: z.string(),
  display: z.string().nullable(),
  /** Risk with the events minus risk without them. */
  change: z.number(),
  /** How many events of the record have the code. */
  events: z.int(),
  /** Resources that say it, the newest first, at most three. */
  resources: z.array(z.string()),
});

export const forecastSchema = z.strictObject({
  outcome: z.string(),
  title: z.string(),
  horizon: z.string(),
  horizonDays: z.number(),
  /** From 0 to 1; null when the model abstains. */
  risk: z.number().nullable(),
  /** What happened to comparable held-out persons; null where too few were like this one. */
  comparable: interval.extend({ observed: z.number() }).nullable(),
  /** On whom the outcome was measured at this horizon, and how well; null where it was not. */
  validated: z
    .strictObject({
      persons: z.int(),
      onsets: z.int(),
      /** Share to whom it happened, death competing. */
      incidence: z.number().nullable(),
      cIndex: z.strictObject({ value: z.number(), low: z.number(), high: z.number() }).nullable(),
    })
    .nullable(),
  /** Why there is no risk; null when there is one. */
  abstained: z.string().nullable(),
  /** The words of the gates for this outcome. */
  verdict: z.string(),
  drivers: z.array(driverSchema),
});

export const answerSchema = z.strictObject({
  schema: z.literal(ANSWER_SCHEMA),
  id: z.string(),
  release: z.strictObject({ id: z.string(), model: z.string(), version: z.string(), reviewBy: z.string() }),
  /** SHA-256 of the record as it was read. */
  data: z.string(),
  seed: z.int(),
  predictionTime: z.string(),
  record: z.strictObject({
    events: z.int(),
    /** Share of events that the vocabulary does not know. */
    unmapped: z.number(),
    /** Whole days from the newest event to the prediction time; null without one. */
    daysSinceLast: z.int().nullable(),
    leftOut: z.record(z.string(), z.int()),
    /** Kinds of input that the model uses and the record lacks. */
    missing: z.array(z.string()),
  }),
  /** How risks were read, and how many futures were drawn: none where one pass gives the risk without simulation. */
  estimator: z.strictObject({ name: z.literal("direct"), futures: z.int(), standardError: z.number() }),
  forecasts: z.array(forecastSchema),
});

export type Answer = z.output<typeof answerSchema>;
export type Forecast = z.output<typeof forecastSchema>;
export type Driver = z.output<typeof driverSchema>;
