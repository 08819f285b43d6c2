/** What a site's assistant reads once and uses for every question: published passages, and the language model it may ask. */
import type { AssistantConfig } from "./assistant-config.ts";
import { configuredModel } from "./models/configured-model.ts";
import type { PassageIndex, PassageSource } from "./retrieval/passage-index.ts";
import type { Tools } from "./tools/tools.ts";

export type AssistantSources = Pick<Tools, "passages" | "model">;

/**
 * @param folder of the site
 * @param atOnce whether passages are opened now; else when knowledge is asked first, because most questions ask none
 * @throws LongitudeError ENDPOINT_KEY, PASSAGES_INVALID, and what reading the passages throws
 */
export async function assistantSources(
  config: AssistantConfig,
  folder: string,
  atOnce: boolean,
): Promise<AssistantSources> {
  const model = await configuredModel(config, folder);
  const { passages } = config;
  if (passages === undefined) return { passages: null, model };
  const { keptPassages } = await import("./retrieval/kept-passages.ts");
  const open = await keptPassages(passages, folder);
  return { passages: atOnce ? await open() : openedOnce(open), model };
}

function openedOnce(open: () => Promise<PassageIndex>): PassageSource {
  let opened: Promise<PassageIndex> | null = null;
  return {
    find: async (question, most) => {
      opened ??= open();
      return (await opened).find(question, most);
    },
  };
}
