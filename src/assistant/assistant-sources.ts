/** What a site's assistant reads once and uses for every question: published passages, and the language model it may ask. */
import type { AssistantConfig } from "./assistant-config.ts";
import { configuredModel } from "./models/configured-model.ts";
import { readPassages } from "./retrieval/passage.ts";
import { PassageIndex } from "./retrieval/passage-index.ts";
import type { Tools } from "./tools/tools.ts";

export type AssistantSources = Pick<Tools, "passages" | "model">;

/** @param folder of the site @throws LongitudeError ENDPOINT_KEY, and what reading the passages throws */
export async function assistantSources(config: AssistantConfig, folder: string): Promise<AssistantSources> {
  const model = await configuredModel(config, folder);
  const { passages } = config;
  return {
    passages: passages === undefined ? null : new PassageIndex((await readPassages(passages)).passages),
    model,
  };
}
