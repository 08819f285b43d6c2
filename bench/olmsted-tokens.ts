/** Tokens of the bundled Olmsted cohort, for benches that want real timelines. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { writeOlmstedExample } from "../src/ingest/example/write-olmsted-example.ts";
import { openTimelineStore } from "../src/timeline/open-timeline-store.ts";
import type { EncodedPatient } from "../src/tokens/encoded-patient.ts";
import { readTokenShard } from "../src/tokens/token-shard.ts";
import { readVocabulary, tokenize } from "../src/tokens/tokenize.ts";
import { tokensSchema } from "../src/tokens/tokens-config.ts";
import type { Vocabulary } from "../src/tokens/vocabulary.ts";
import { cohortSchema, type OutcomeDefinition } from "../src/vetting/outcome-definition.ts";

/** Copies of other measurements in this cohort: cholesterol repeats HDL, diastolic repeats systolic pressure. */
const COPIES = ["LOINC/2093-3", "LOINC/8462-4"];

export async function olmstedTokens(
  folder: string,
  outcomes: readonly OutcomeDefinition[] = [],
): Promise<{ folder: string; vocabulary: Vocabulary; patients: EncodedPatient[] }> {
  const records = join(folder, "records");
  const tokens = join(folder, "tokens");
  const cohortDir = join(import.meta.dirname, "../examples/olmsted");
  await writeOlmstedExample({ format: "meds", cohortDir, out: records, overwrite: false });
  await mkdir(tokens);
  const store = await openTimelineStore(records);
  const cohort = cohortSchema.parse({ neverInput: COPIES });
  for await (const _ of tokenize({
    store,
    cohort,
    outcomes,
    config: tokensSchema.parse({}),
    seed: 1,
    out: tokens,
  }));
  store.close();
  return {
    folder: tokens,
    vocabulary: await readVocabulary(join(tokens, "vocabulary.json")),
    patients: readTokenShard(join(tokens, "train.safetensors")),
  };
}
