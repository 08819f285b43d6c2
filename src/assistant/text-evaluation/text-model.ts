/** What is evaluated: a model of this project, a Hugging Face folder, or an endpoint that the site lists. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { DecodingEngine } from "../../forecast/decoding-engine.ts";
import { readTextEncoder, type TextEncoder } from "../../tokens/text/text-encoder.ts";
import { readCheckpoint } from "../../training/checkpoint.ts";
import { readForeignModel } from "../../training/import/read-hugging-face.ts";
import { TokenReader } from "../../training/text/token-reader.ts";
import type { Chat } from "../models/endpoint-model.ts";

export interface TextModel {
  readonly name: string;
  /** log p of each continuation of a prompt, nats; null where the model only writes. */
  readonly likelihoods: ((prompt: string, continuations: readonly string[]) => Promise<number[]>) | null;
  /** What the model writes after a prompt, the likeliest token each time. */
  complete(prompt: string, mostTokens: number): Promise<string>;
  close(): Promise<void>;
}

/** Between the documents of a language model stands one mark; another model's own tokens know none. */
interface Marks {
  readonly before: readonly number[];
  readonly end: ReadonlySet<number>;
}

/** @throws LongitudeError when the folder holds neither a checkpoint of this project nor a Llama or Qwen2 model */
export async function localModel(folder: string, threads: number): Promise<TextModel> {
  const encoder = await readTextEncoder(folder);
  if (existsSync(join(folder, "longitude.json"))) {
    const checkpoint = await readCheckpoint(folder);
    const { start } = checkpoint.vocabulary;
    return modelOf(folder, checkpoint, encoder, { before: [start], end: new Set([start]) }, threads);
  }
  const foreign = await readForeignModel(folder);
  return modelOf(folder, foreign, encoder, { before: [], end: new Set() }, threads);
}

function modelOf(
  name: string,
  { architecture, weights }: Pick<Awaited<ReturnType<typeof readForeignModel>>, "architecture" | "weights">,
  encoder: TextEncoder,
  { before, end }: Marks,
  threads: number,
): TextModel {
  const reader = new TokenReader({ architecture, weights }, threads);
  const engine = new DecodingEngine({ architecture, weights, longestFuture: LONGEST_ANSWER, threads });
  const prompted = (prompt: string, room: number): number[] => {
    const ids = [...before, ...encoder.encode(prompt)];
    const most = Math.max(1, architecture.context - room);
    return ids.length <= most ? ids : ids.slice(-most);
  };
  return {
    name,
    likelihoods: async (prompt, continuations) => {
      const encoded = continuations.map((text) => encoder.encode(text));
      const head = prompted(prompt, Math.max(...encoded.map(({ length }) => length)));
      const losses = await reader.losses(
        encoded.map((ids) => ({ tokens: Int32Array.from([...head, ...ids]), learnFrom: head.length - 1 })),
      );
      return losses.map(({ nats }) => -nats);
    },
    complete: async (prompt, mostTokens) => {
      const [prefix] = await engine.prefixes([Int32Array.from(prompted(prompt, 1))]);
      if (prefix === undefined) return "";
      const written: number[] = [];
      const most = Math.min(mostTokens, LONGEST_ANSWER);
      const next = (probabilities: Float32Array): number | null => {
        let best = 0;
        for (let i = 1; i < probabilities.length; i++)
          if ((probabilities[i] as number) > (probabilities[best] as number)) best = i;
        if (end.has(best) || written.length === most) return null;
        written.push(best);
        return best;
      };
      await engine.decode([{ prefix, futures: [{ next }] }]);
      return encoder.decode(written);
    },
    close: async () => {
      await reader.close();
      await engine.close();
    },
  };
}

const LONGEST_ANSWER = 512;

/** @param seed handed to the endpoint, which may heed it */
export function remoteModel(name: string, chat: Chat, seed: number): TextModel {
  return {
    name,
    likelihoods: null,
    complete: (message, mostTokens) => chat({ instructions: "", message, mostTokens, seed }),
    close: async () => {},
  };
}
