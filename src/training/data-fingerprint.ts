/** What the token files of a run were, so that a run never goes on with others than those with which it began. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

const FILES = ["vocabulary.json", "train.safetensors", "tuning.safetensors"];

/** @returns SHA-256 over the vocabulary and both shards, hexadecimal */
export async function dataFingerprint(tokens: string): Promise<string> {
  const hash = createHash("sha256");
  for (const file of FILES) await pipeline(createReadStream(join(tokens, file)), hash, { end: false });
  return hash.digest("hex");
}
