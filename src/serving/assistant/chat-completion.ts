/**
 * The OpenAI chat completion that the assistant speaks: the last message of the user is the question, and the whole answer
 * with its sources stands beside the text, under `longitude`.
 * Invariant: messages of a system, a developer or an earlier turn give no orders; what is not asked of here is not promised.
 */
import { z } from "zod";
import type { Register } from "../../assistant/answer.ts";
import { answerLines } from "../../assistant/answer-text.ts";
import type { KeptAnswer } from "../../assistant/conversations/answer-keeper.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { QUESTION_INVALID } from "../../errors/registry.ts";
import { sentRecordSchema, unit } from "../answers/forecast-request.ts";
import { PATIENT_KEY } from "../workspace/patient/open-record.ts";

/** Model → who reads its answers. */
export const CHAT_MODELS = {
  longitude: "clinician",
  "longitude-patient": "patient",
} as const satisfies Readonly<Record<string, Register>>;
export type ChatModel = keyof typeof CHAT_MODELS;
const modelNames = Object.keys(CHAT_MODELS) as [ChatModel, ...ChatModel[]];

const part = z.looseObject({ type: z.literal("text"), text: z.string() });
const content = z.union([z.string(), z.array(part).max(100)]);
const message = z.looseObject({
  role: z.enum(["system", "developer", "user", "assistant", "tool", "function"]),
  content: content.nullish(),
});

export const chatRequestSchema = z.looseObject({
  /** `longitude` answers a clinician, `longitude-patient` a patient. */
  model: z.enum(modelNames),
  /** The last one of the user is the question; the others are not looked at. */
  messages: z.array(message).min(1).max(1000),
  stream: z.boolean().nullish(),
  n: z.literal(1).nullish(),
  /** The record that the question is about; of a session, the patient's when left out. */
  longitude: z
    .union([
      sentRecordSchema,
      z.strictObject({
        /** Of a session's patient, as the workspace names it. */
        key: z.string().regex(PATIENT_KEY, "a patient's key"),
        unit: unit.default(""),
      }),
    ])
    .optional(),
});

const choice = z.object({
  index: z.literal(0),
  message: z.object({ role: z.literal("assistant"), content: z.string(), refusal: z.string().nullable() }),
  finish_reason: z.literal("stop"),
  logprobs: z.null(),
});

export const chatCompletionSchema = z.object({
  id: z.string(),
  object: z.literal("chat.completion"),
  created: z.int(),
  model: z.string(),
  choices: z.array(choice),
  /** The answer: status, sentences with what they cite, sources, what was cut. */
  longitude: z.unknown(),
});

export type ChatCompletion = z.output<typeof chatCompletionSchema>;

/** @throws LongitudeError QUESTION_INVALID */
export function questionOf({ messages }: z.output<typeof chatRequestSchema>): string {
  const last = messages.findLast(({ role }) => role === "user")?.content;
  if (last == null) throw new LongitudeError(QUESTION_INVALID, "no message of the user has a text");
  return typeof last === "string" ? last : last.map(({ text }) => text).join("\n");
}

export function chatCompletion({ id, atMs, answer }: KeptAnswer, model: ChatModel): ChatCompletion {
  const text = answerLines(answer).join("\n");
  const refusal = answer.status === "refused" ? text : null;
  return {
    id,
    object: "chat.completion",
    created: Math.floor(atMs / 1000),
    model,
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: text, refusal },
        finish_reason: "stop",
        logprobs: null,
      },
    ],
    longitude: answer,
  };
}

/** The same as server-sent events, a line of the answer each. */
export function* chatEvents({ id, atMs, answer }: KeptAnswer, model: ChatModel): Generator<string> {
  const chunk = (delta: object, finish_reason: "stop" | null, more: object = {}) => {
    const choices = [{ index: 0, delta, finish_reason, logprobs: null }];
    const created = Math.floor(atMs / 1000);
    return event(JSON.stringify({ id, object: "chat.completion.chunk", created, model, choices, ...more }));
  };
  yield chunk({ role: "assistant", content: "" }, null);
  for (const [i, line] of answerLines(answer).entries())
    yield chunk({ content: i === 0 ? line : `\n${line}` }, null);
  yield chunk({}, "stop", { longitude: answer });
  yield event("[DONE]");
}

function event(data: string): string {
  return `data: ${data}\n\n`;
}
