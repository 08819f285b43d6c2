/** The language model that a site has chosen, as it may be used: nothing where it has chosen none. */
import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { ENDPOINT_KEY } from "../../errors/registry.ts";
import type { AssistantConfig, EndpointConfig } from "../assistant-config.ts";
import type { LanguageModel } from "./language-model.ts";

/** @param folder of the site @throws LongitudeError ENDPOINT_KEY */
export async function configuredModel(
  { endpoints, model }: AssistantConfig,
  folder: string,
): Promise<LanguageModel | null> {
  const endpoint = endpoints.find(({ name }) => name === model);
  if (endpoint === undefined) return null;
  // Both take a while to load, and most sites compose.
  const { endpointModel } = await import("./endpoint-model.ts");
  const { maskedModel } = await import("./masked-model.ts");
  const own = endpointModel(endpoint, await keyOfEndpoint(endpoint, folder));
  return endpoint.deidentify ? maskedModel(own) : own;
}

/** Null where the endpoint asks for none. @param folder of the site @throws LongitudeError ENDPOINT_KEY */
export async function keyOfEndpoint({ keyFile }: EndpointConfig, folder: string): Promise<string | null> {
  return keyFile === undefined ? null : keyOf(resolve(folder, keyFile));
}

async function keyOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw new LongitudeError(ENDPOINT_KEY, `${path} is missing`);
  if ((found.mode & 0o077) !== 0) throw new LongitudeError(ENDPOINT_KEY, `${path} can be read by others`);
  const key = (await readFile(path, "utf8")).trim();
  if (key === "") throw new LongitudeError(ENDPOINT_KEY, `${path} is empty`);
  return key;
}
