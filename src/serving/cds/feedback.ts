/** Feedback on cards, as CDS Hooks 2.0.1 has it; free comments are not kept: they could name the patient. */
import { z } from "zod";

/** Control characters could not be stored. */
const id = z.string().regex(/^\P{Cc}{1,200}$/u, "up to 200 characters, no control characters");

const accepted = z.looseObject({
  card: id,
  outcome: z.literal("accepted"),
  acceptedSuggestions: z.array(z.looseObject({ id })).min(1).optional(),
  outcomeTimestamp: z.string().max(64),
});

const overridden = z.looseObject({
  card: id,
  outcome: z.literal("overridden"),
  overrideReason: z
    .looseObject({
      reason: z.looseObject({ code: id, system: z.string().max(400).optional() }).optional(),
      userComment: z.string().max(10_000).optional(),
    })
    .optional(),
  outcomeTimestamp: z.string().max(64),
});

export const feedbackSchema = z.looseObject({
  feedback: z
    .array(z.discriminatedUnion("outcome", [accepted, overridden]))
    .min(1)
    .max(1000),
});
