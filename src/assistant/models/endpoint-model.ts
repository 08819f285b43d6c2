/**
 * A language model behind an OpenAI-compatible endpoint (Azure AI Foundry, vLLM, llama.cpp, Ollama).
 * Invariant: no server is asked but the listed one, no redirect is followed, and what does not come in time, whole, and as a
 * chat completion is no answer.
 */
import OpenAI from "openai";
import { z } from "zod";
import { guardedFetch } from "../../ingest/bulk/guarded-fetch.ts";
import type { EndpointConfig } from "../assistant-config.ts";
import { type DraftRequest, dataOf, INSTRUCTIONS, type LanguageModel } from "./language-model.ts";

const completionSchema = z.object({
  choices: z.tuple([z.object({ message: z.object({ content: z.string().trim().min(1) }) })], z.unknown()),
});
const MOST_BYTES = 2 ** 20;
const MOST_TOKENS = 800;

/** One message to the endpoint and its whole answer. @throws when none comes in time, whole, and as a chat completion */
export type Chat = (request: {
  /** Empty: none. */
  readonly instructions: string;
  readonly message: string;
  readonly mostTokens: number;
  readonly seed?: number;
}) => Promise<string>;

/** @param key of the endpoint; null where it asks for none */
export function openChat(endpoint: EndpointConfig, key: string | null): Chat {
  const timeoutMs = endpoint.timeoutSeconds * 1000;
  const origins = [new URL(endpoint.address).origin];
  const client = new OpenAI({
    baseURL: endpoint.address.replace(/\/+$/, ""),
    apiKey: key ?? "none",
    organization: null,
    project: null,
    maxRetries: 0,
    timeout: timeoutMs,
    logLevel: "off",
    fetch: (address, init) =>
      guardedFetch(
        address instanceof Request ? address.url : address,
        {
          method: init?.method ?? "GET",
          headers: Object.fromEntries(new Headers(init?.headers)),
          body: init?.body,
        },
        { origins, timeoutMs, mostBytes: MOST_BYTES },
      ),
  });
  return async ({ instructions, message, mostTokens, seed }) => {
    const completion: unknown = await client.chat.completions.create({
      model: endpoint.model,
      temperature: 0,
      max_tokens: mostTokens,
      ...(seed === undefined ? {} : { seed }),
      messages: [
        ...(instructions === "" ? [] : [{ role: "system" as const, content: instructions }]),
        { role: "user", content: message },
      ],
    });
    return completionSchema.parse(completion).choices[0].message.content;
  };
}

/** @param key of the endpoint; null where it asks for none */
export function endpointModel(endpoint: EndpointConfig, key: string | null): LanguageModel {
  const chat = openChat(endpoint, key);
  return {
    name: endpoint.model,
    draft: (request: DraftRequest) =>
      chat({ instructions: INSTRUCTIONS, message: dataOf(request), mostTokens: MOST_TOKENS }),
  };
}
