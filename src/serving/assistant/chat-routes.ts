/** `/v1/chat/completions`: the assistant for whatever speaks the OpenAI protocol. */
import { Readable } from "node:stream";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import type { Register } from "../../assistant/answer.ts";
import { replayKept } from "../../assistant/conversations/answer-keeper.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { PATIENT_REFUSED, REQUEST_INVALID } from "../../errors/registry.ts";
import type { Principal } from "../access/principal.ts";
import type { ServerContext } from "../server-context.ts";
import { LAUNCH_KEY, openRecord, principalOf, recordDesk } from "../workspace/patient/open-record.ts";
import { askAssistant, personOf } from "./ask-assistant.ts";
import {
  CHAT_MODELS,
  type ChatModel,
  chatCompletion,
  chatCompletionSchema,
  chatEvents,
  chatRequestSchema,
  questionOf,
} from "./chat-completion.ts";
import type { AskedPerson } from "./served-tools.ts";

type ChatRequest = z.output<typeof chatRequestSchema>;

const modelsReply = z.object({
  object: z.literal("list"),
  data: z.array(
    z.object({ id: z.string(), object: z.literal("model"), created: z.int(), owned_by: z.string() }),
  ),
});

export function chatRoutes(instance: FastifyInstance, context: ServerContext): void {
  const app = instance.withTypeProvider<ZodTypeProvider>();
  const tags = ["assistant"];
  const desk = recordDesk(context);

  /** Who asks, and about whom: a session about a patient that is open to it, a system about the record that it sends. */
  async function askerOf(
    request: FastifyRequest,
    sent: ChatRequest["longitude"],
  ): Promise<{ principal: Principal; person: AskedPerson | null }> {
    const { session } = request;
    if (session === null) {
      const principal = await context.access.system(request.headers.authorization, "RiskAssessment", "c");
      if (sent !== undefined && "key" in sent)
        throw new LongitudeError(REQUEST_INVALID, "longitude.key: only a session has patients with keys");
      return { principal, person: sent === undefined ? null : personOf(context, sent) };
    }
    if (sent !== undefined && !("key" in sent))
      throw new LongitudeError(PATIENT_REFUSED, "a session asks about its own patient, and sends no record");
    const { record, patientKey, stored } = await openRecord(desk, session, sent?.key ?? LAUNCH_KEY);
    const person = {
      record,
      patient: { key: patientKey },
      at: stored === null ? null : Date.parse(stored.at),
      unit: sent?.unit ?? "",
    };
    return { principal: principalOf(session), person };
  }

  app.post(
    "/v1/chat/completions",
    {
      schema: {
        tags,
        summary: "A question to the assistant, as an OpenAI chat completion, streamed or whole",
        body: chatRequestSchema,
        response: { 200: chatCompletionSchema },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const { principal, person } = await askerOf(request, body.longitude);
      const { model } = body;
      const register = CHAT_MODELS[model];
      const question = questionOf(body);
      const kept = await askAssistant(context, principal, { question, register, door: "chat", person });
      if (body.stream !== true) return chatCompletion(kept, model);
      void reply.type("text/event-stream; charset=utf-8").header("cache-control", "no-store");
      return reply.send(Readable.from(chatEvents(kept, model)) as never);
    },
  );
  app.get(
    "/v1/chat/completions/:id",
    {
      schema: {
        tags,
        summary: "A kept answer of this tenant, computed anew and compared with what was shown",
        params: z.object({ id: z.string().regex(/^say-[0-9a-f-]{36}$/, "the id of an answer") }),
        response: { 200: chatCompletionSchema },
      },
    },
    async (request) => {
      const { tenant } = await context.access.system(request.headers.authorization, "RiskAssessment", "r");
      const { id } = request.params;
      const kept = await context.state.transaction((tx) => replayKept(tx, id, tenant));
      return chatCompletion(kept, modelOf(kept.answer.register));
    },
  );
  app.get(
    "/v1/models",
    {
      schema: {
        tags,
        summary: "The assistant's models: one for each kind of reader",
        response: { 200: modelsReply },
      },
    },
    async (request) => {
      await context.access.system(request.headers.authorization, "Device", "r");
      const created = Math.floor(Date.parse(context.model.manifest.createdAt) / 1000);
      return {
        object: "list" as const,
        data: Object.keys(CHAT_MODELS).map((id) => ({
          id,
          object: "model" as const,
          created,
          owned_by: context.site,
        })),
      };
    },
  );
}

function modelOf(register: Register): ChatModel {
  return register === "patient" ? "longitude-patient" : "longitude";
}
