/**
 * What the assistant may use: the `assistant:` section of longitude.yaml.
 * Invariant: a language model that is not on this machine is used only where the site says that text may go to it.
 */
import { z } from "zod";
import { secureAddress } from "../ingest/bulk/secure-address.ts";
import { isLoopback } from "../ingest/bulk/web-address.ts";

const endpoint = z
  .strictObject({
    /** Name that `model` refers to. */
    name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, "lower-case letters, digits and hyphens"),
    /** Of an OpenAI-compatible API, e.g. `https://llm.hospital.example/v1`. */
    address: secureAddress,
    /** What the endpoint calls the model. */
    model: z.string().min(1).max(200),
    /** A file with its key, which only its owner may read; paths are relative to longitude.yaml. */
    keyFile: z.string().min(1).optional(),
    /** Whether an agreement covers health data there. Only an endpoint on this machine is used without. */
    covered: z.boolean().default(false),
    /** Whether identifiers and dates are replaced before text is sent. */
    deidentify: z.boolean().default(true),
    /** After this the composed answer is given. */
    timeoutSeconds: z.number().positive().max(120).default(10),
  })
  .refine(({ covered, address }) => covered || onThisMachine(address), {
    path: ["covered"],
    error: "text leaves the site only to endpoints that are covered: an agreement covers health data there",
  });

export const assistantSchema = z
  .strictObject({
    /** Language models that may be used; no other server is ever asked. */
    endpoints: z.array(endpoint).default([]),
    /** Name of the endpoint that phrases answers; left out, answers are composed. */
    model: z.string().optional(),
    /** Published passages, NDJSON or gzip in the shape of MedQuAD. */
    passages: z.string().min(1).optional(),
  })
  .refine(({ endpoints, model }) => model === undefined || endpoints.some(({ name }) => name === model), {
    path: ["model"],
    error: "is the name of one of the endpoints",
  });

export type AssistantConfig = z.output<typeof assistantSchema>;
export type EndpointConfig = AssistantConfig["endpoints"][number];

function onThisMachine(address: string): boolean {
  return URL.canParse(address) && isLoopback(new URL(address).hostname);
}
