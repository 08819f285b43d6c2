/** What another institution is answered: an answer as it may be seen, each forecast with the stage it has reached. */
import { z } from "zod";
import { answerSchema, forecastSchema } from "./answer.ts";

export const shownAnswerSchema = answerSchema.extend({
  stage: z.string(),
  /** Said beside every forecast of a sandbox. */
  notice: z.string().nullable(),
  forecasts: z.array(forecastSchema.extend({ stage: z.string() })),
});
