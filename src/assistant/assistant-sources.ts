/** What a site's assistant reads once and uses for every question: published passages, and the language model it may ask. */
import type { AssistantConfig } from "./assistant-config.ts";
import { configuredModel } from "./models/configured-model.ts";
import type { Tools } from "./tools/tools.ts";

export type AssistantSources = Pick<Tools, "passages" | "model">;

/** @param folder of the site @throws LongitudeError ENDPOINT_KEY, and what reading the passages throws */
export async function assistantSources(config: AssistantConfig, folder: string): Promise<AssistantSources> {
  const model = await configuredModel(config, folder);
  const { passages } = config;
  return { passages: passages === undefined ? null : await indexOf(passages), model };
}

async function indexOf(path: string): Promise<Tools["passages"]> {
  const { readPassages } = await import("./retrieval/passage.ts");
  const { PassageIndex } = await import("./retrieval/passage-index.ts");
  return new PassageIndex((await readPassages(path)).passages);
}
