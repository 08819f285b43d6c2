/**
 * Texts to tokens: learns byte pairs on training texts, or takes the tokenizer of the model that is trained on, then
 * encodes every split. Beside the shards lies one vocabulary: text tokens first, the site's clinical tokens behind them,
 * so that language and timelines are read by one family of models.
 * Invariant: nothing of tuning or held-out texts enters the vocabulary.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { TEXT_NONE } from "../../errors/registry.ts";
import type { Split } from "../../timeline/patient-event.ts";
import { SPLITS } from "../tokenize.ts";
import type { Vocabulary } from "../vocabulary.ts";
import { WordCounter } from "./learn-byte-pairs.ts";
import { readTextEncoder, type TextEncoder, TOKENIZER_FILE, textEncoder } from "./text-encoder.ts";
import { type EncodedDocument, writeTextShard } from "./text-shard.ts";
import type { Document } from "./text-sources.ts";
import { textTokenizerFile } from "./text-tokenizer-file.ts";

export interface TokenizeTextOptions {
  /** Reads the documents from the start; called once for each pass. */
  readonly documents: () => AsyncIterable<Document>;
  readonly config: {
    /** Text tokens in all, 256 at least. */
    readonly vocabulary: number;
    /** A pair of neighbours seen less often becomes no token. */
    readonly minimumCount: number;
  };
  /** The site's clinical tokens. */
  readonly clinical: Vocabulary;
  /** The model that is trained on, whose vocabulary and tokenizer are taken; learned here when absent. */
  readonly from?: { readonly folder: string; readonly vocabulary: Vocabulary } | undefined;
  /** Folder, which exists. */
  readonly out: string;
}

export interface TextCoverage {
  readonly documents: number;
  readonly tokens: number;
  readonly bytes: number;
}

export type TokenizeTextEvent =
  | { readonly kind: "progress"; readonly pass: "vocabulary" | "encode"; readonly documents: number }
  | {
      readonly kind: "done";
      readonly textTokens: number;
      readonly coverage: Readonly<Record<Split, TextCoverage>>;
    };

const PROGRESS_EVERY = 500;

/**
 * Writes `vocabulary.json`, `tokenizer.json` (when learned here) and `<split>.safetensors`.
 * @throws TEXT_NONE when no document is in the training split
 */
export async function* tokenizeText(options: TokenizeTextOptions): AsyncGenerator<TokenizeTextEvent> {
  const { encoder, vocabulary } = yield* encoderOf(options);
  await writeFile(join(options.out, "vocabulary.json"), `${JSON.stringify(vocabulary.file)}\n`);
  const documents: Record<Split, EncodedDocument[]> = { train: [], tuning: [], held_out: [] };
  let read = 0;
  for await (const document of options.documents()) {
    documents[document.split].push(encodeDocument(document, encoder, vocabulary.start));
    if (++read % PROGRESS_EVERY === 0) yield { kind: "progress", pass: "encode", documents: read };
  }
  for (const split of ["train", "tuning"] as const)
    if (documents[split].length === 0)
      throw new LongitudeError(TEXT_NONE, `the sources have no text in the ${split} split`);
  for (const split of SPLITS) writeTextShard(join(options.out, `${split}.safetensors`), documents[split]);
  yield {
    kind: "done",
    textTokens: vocabulary.file.textTokens,
    coverage: {
      train: coverageOf(documents.train),
      tuning: coverageOf(documents.tuning),
      held_out: coverageOf(documents.held_out),
    },
  };
}

/** A question is asked in these words; a plain document has none. */
export function promptOf(question: string): string {
  return `Question: ${question.trim()}\nAnswer:`;
}

/** @param mark token that stands before and behind a document */
export function encodeDocument(
  { question, text }: Pick<Document, "question" | "text">,
  encoder: TextEncoder,
  mark: number,
): EncodedDocument {
  const prompt = question === "" ? [] : encoder.encode(promptOf(question));
  const learned = question === "" ? text : ` ${text}`;
  return {
    tokens: Int32Array.from([mark, ...prompt, ...encoder.encode(learned), mark]),
    learnFrom: prompt.length,
    bytes: Buffer.byteLength(learned),
  };
}

async function* encoderOf({
  documents,
  config,
  clinical,
  from,
  out,
}: TokenizeTextOptions): AsyncGenerator<TokenizeTextEvent, { encoder: TextEncoder; vocabulary: Vocabulary }> {
  if (from !== undefined) {
    return { encoder: await readTextEncoder(from.folder), vocabulary: from.vocabulary };
  }
  const words = new WordCounter();
  let read = 0;
  for await (const { split, question, text } of documents()) {
    if (split !== "train") continue;
    words.add(question === "" ? text : `${promptOf(question)} ${text}`);
    if (++read % PROGRESS_EVERY === 0) yield { kind: "progress", pass: "vocabulary", documents: read };
  }
  const pairs = words.learn(config.vocabulary, config.minimumCount);
  const file = textTokenizerFile(pairs);
  await writeFile(join(out, TOKENIZER_FILE), `${JSON.stringify(file)}\n`);
  return { encoder: textEncoder(file), vocabulary: clinical.behindText(pairs.tokens.length) };
}

function coverageOf(documents: readonly EncodedDocument[]): TextCoverage {
  return {
    documents: documents.length,
    tokens: documents.reduce((sum, { tokens }) => sum + tokens.length, 0),
    bytes: documents.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}
