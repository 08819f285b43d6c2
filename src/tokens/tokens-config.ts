/** The `tokens:` section of longitude.yaml. */
import { z } from "zod";
import { parseDurationDays } from "../vetting/duration.ts";

const duration = z.string().refine((text) => parseDurationDays(text) !== null, {
  message: 'a duration is a number and a unit, e.g. "1d", "6mo"',
});

export const tokensSchema = z.strictObject({
  /** Quantile bins of a numeric code and unit, learned on training persons. */
  valueBins: z.int().min(2).max(100).default(10),
  /** A code seen in fewer events of training persons backs off to its parent. */
  minimumEvents: z.int().min(1).default(20),
  /** A gap becomes the token of the longest of these that it reaches; shorter gaps get none. Below `clock`. */
  intervals: z.array(duration).min(1).default(["1d", "1w", "1mo", "3mo", "6mo"]),
  /** Time between clock ticks. At each the age is restated, whether or not something happens then. */
  clock: duration.default("1y"),
  /** Reads the text of events, as pieces of words between marks; no text is read when absent. */
  notes: z
    .strictObject({
      /** States that the records' notes hold no identifiers, where they came without and `privacy` has nothing to do. */
      deidentified: z.boolean().default(false),
      /** Pieces learned on the notes of training persons; the first 256 are the bytes. */
      vocabulary: z.int().min(256).max(65_536).default(2048),
      /** A pair of neighbours seen less often becomes no piece. */
      minimumCount: z.int().min(2).default(5),
      /** Most pieces of one note that are read. */
      longest: z.int().min(1).default(128),
    })
    .optional(),
});

export type TokensConfig = z.output<typeof tokensSchema>;
