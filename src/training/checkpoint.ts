/**
 * A trained model as a folder: `model.safetensors` and `config.json` are a plain Llama checkpoint; the onset head,
 * the vocabulary and Longitude's own description lie beside them.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { LongitudeError } from "../errors/longitude-error.ts";
import { CHECKPOINT_INVALID, CHECKPOINT_SCHEMA, TOKENIZER_MISMATCH } from "../errors/registry.ts";
import type { Architecture } from "../network/architecture.ts";
import { sizeOf } from "../network/graph.ts";
import { type ParameterLayout, parameterLayout } from "../network/parameters.ts";
import { readSafetensors, type Tensor, writeSafetensors } from "../tokens/safetensors.ts";
import { readVocabulary } from "../tokens/tokenize.ts";
import type { Vocabulary } from "../tokens/vocabulary.ts";
import { huggingFaceFiles, siteName, TOKENIZER_FILES, writtenNames } from "./hugging-face-files.ts";

const checkpointSchema = z.strictObject({
  schema: z.literal("longitude.checkpoint/1"),
  architecture: z
    .strictObject({
      vocabulary: z.int(),
      depth: z.int(),
      width: z.int(),
      heads: z.int(),
      keyValueHeads: z.int(),
      headWidth: z.int().optional(),
      feedForward: z.int(),
      context: z.int(),
      ropeTheta: z.number(),
      normEpsilon: z.number(),
      projectionBias: z.boolean().default(false),
      tied: z.boolean().default(false),
      outcomes: z.int(),
      pieces: z.int(),
    })
    .transform((sizes) => ({ ...sizes, headWidth: sizes.headWidth ?? sizes.width / sizes.heads })),
  /** Names of the outcomes of the onset head, in its order, and which of them is death. */
  outcomes: z.array(z.strictObject({ name: z.string(), isDeath: z.boolean() })),
  /** Inner edges of the hazard pieces, years. */
  hazardEdgesYears: z.array(z.number()),
});

export type CheckpointDescription = z.output<typeof checkpointSchema>;

export interface Checkpoint {
  readonly description: CheckpointDescription;
  readonly architecture: Architecture;
  readonly layout: ParameterLayout;
  readonly weights: Float32Array;
  readonly vocabulary: Vocabulary;
  /** Tokenizer files of an imported model, by name; none when all tokens are clinical. */
  readonly textTokenizer?: ReadonlyMap<string, string> | undefined;
}

const BODY = "model.safetensors";
const HEAD = "onset_head.safetensors";
const DESCRIPTION = "longitude.json";
const VOCABULARY = "vocabulary.json";

export async function writeCheckpoint(
  folder: string,
  checkpoint: Omit<Checkpoint, "architecture" | "layout">,
): Promise<void> {
  const { description, weights, vocabulary } = checkpoint;
  const layout = parameterLayout(description.architecture);
  const tensorsOf = (wanted: (name: string) => boolean): Map<string, Tensor> =>
    new Map(
      layout.parts
        .filter((part) => wanted(part.name))
        .map((part) => [
          part.name,
          { data: weights.subarray(part.offset, part.offset + sizeOf(part.shape)), shape: part.shape },
        ]),
    );
  const isHead = (name: string) => name.startsWith("onset_head.");
  await mkdir(folder, { recursive: true });
  writeSafetensors(
    join(folder, BODY),
    tensorsOf((name) => !isHead(name)),
    { format: "pt" },
  );
  if (description.architecture.outcomes > 0)
    writeSafetensors(join(folder, HEAD), tensorsOf(isHead), { format: "pt" });
  await writeFile(join(folder, VOCABULARY), `${JSON.stringify(vocabulary.file)}\n`);
  for (const [name, text] of huggingFaceFiles(description.architecture, vocabulary, checkpoint.textTokenizer))
    await writeFile(join(folder, name), text);
  await writeFile(join(folder, DESCRIPTION), `${JSON.stringify(description, null, 2)}\n`);
}

export async function readCheckpoint(folder: string): Promise<Checkpoint> {
  const description = await readDescription(join(folder, DESCRIPTION));
  const { architecture } = description;
  const layout = parameterLayout(architecture);
  const tensors = new Map(readSafetensors(join(folder, BODY)).tensors);
  if (architecture.outcomes > 0)
    for (const [name, tensor] of readSafetensors(join(folder, HEAD)).tensors) tensors.set(name, tensor);
  const weights = new Float32Array(layout.size);
  const unfit: string[] = [];
  for (const part of layout.parts) {
    const tensor = tensors.get(part.name);
    const fits = tensor?.data instanceof Float32Array && tensor.shape.join() === part.shape.join();
    if (fits) weights.set(tensor.data, part.offset);
    else unfit.push(part.name);
  }
  if (unfit.length > 0)
    throw new LongitudeError(
      CHECKPOINT_INVALID,
      `the weights are not those of ${DESCRIPTION} beside them: ${unfit.length} of ${layout.parts.length} are missing, misshapen or of another type, "${unfit[0]}" among them`,
    );
  const vocabulary = await readVocabulary(join(folder, VOCABULARY));
  if (vocabulary.size !== architecture.vocabulary)
    throw new LongitudeError(
      CHECKPOINT_INVALID,
      "the checkpoint's vocabulary has another size than its weights",
    );
  const textTokenizer = vocabulary.file.textTokens === 0 ? undefined : await readTextTokenizer(folder);
  await assertTokenizerFits(folder, vocabulary);
  return { description, architecture, layout, weights, vocabulary, textTokenizer };
}

const tokenizerSchema = z.looseObject({
  added_tokens: z.array(z.looseObject({ id: z.int(), content: z.string() })).default([]),
  model: z.looseObject({ vocab: z.record(z.string(), z.int()).optional() }),
});

/** A tokenizer.json of another vocabulary would feed other tokens, in every tool that reads the folder. */
async function assertTokenizerFits(folder: string, vocabulary: Vocabulary): Promise<void> {
  const text = await readFile(join(folder, "tokenizer.json"), "utf8").catch(() => null);
  if (text === null) return; // Longitude itself does not need it, and a folder without one misleads nobody.
  const parsed = tokenizerSchema.safeParse(jsonOf(text));
  if (!parsed.success) throw new LongitudeError(TOKENIZER_MISMATCH, "tokenizer.json is not readable");
  const ids = new Map(Object.entries(parsed.data.model.vocab ?? {}));
  for (const { content, id } of parsed.data.added_tokens) ids.set(content, id);
  const { textTokens } = vocabulary.file;
  const differing = writtenNames(vocabulary).filter(
    (name, i) => ids.get(name) !== textTokens + i && ids.get(siteName(name)) !== textTokens + i,
  ).length;
  if (differing > 0)
    throw new LongitudeError(
      TOKENIZER_MISMATCH,
      `tokenizer.json is not that of ${VOCABULARY} beside it: ${differing} of ${vocabulary.size - textTokens} clinical tokens have another id`,
    );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function readTextTokenizer(folder: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const name of TOKENIZER_FILES) {
    const text = await readFile(join(folder, name), "utf8").catch(() => null);
    if (text !== null) files.set(name, text);
  }
  if (!files.has("tokenizer.json"))
    throw new LongitudeError(CHECKPOINT_INVALID, "the checkpoint has text tokens, and no tokenizer.json");
  return files;
}

async function readDescription(path: string): Promise<CheckpointDescription> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new LongitudeError(CHECKPOINT_INVALID, "the folder holds no readable checkpoint description", {
      cause,
    });
  }
  const result = checkpointSchema.safeParse(parsed);
  if (!result.success)
    throw new LongitudeError(CHECKPOINT_SCHEMA, "the checkpoint has another schema than this version reads");
  return result.data;
}
