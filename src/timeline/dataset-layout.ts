/**
 * Where a MEDS dataset keeps what, and which of it is there.
 * Invariant: shards are listed in one order on every machine (by their relative path, code unit order).
 */
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { LongitudeError } from "../errors/longitude-error.ts";
import { MEDS_LAYOUT, MEDS_METADATA } from "../errors/registry.ts";

export const DATASET_JSON = "metadata/dataset.json";
export const CODES_PARQUET = "metadata/codes.parquet";
export const SPLITS_PARQUET = "metadata/subject_splits.parquet";
/** Extension: `subject_id`, `group_key`; the persons of one group always share a split. */
export const GROUPS_PARQUET = "metadata/subject_groups.parquet";
/** Extension: the report of the ingest that wrote the dataset. */
export const INGEST_JSON = "metadata/ingest.json";
/** Extension, in identified records only: `subject_id` (null = of no one person), `kind`, `value`. */
export const KNOWN_IDENTIFIERS_PARQUET = "metadata/known_identifiers.parquet";

/** Beside a shard, row by row: which copy of which resource each event came from. Extension. */
export function ledgerOf(shard: string): string {
  return shard.replace(/^data/, "ledger/events");
}

export const ETL_NAME = "longitude";

/** `metadata/dataset.json` of MEDS 0.3 and 0.4; every key is optional there, and unknown keys are kept. */
export const datasetMetadataSchema = z.looseObject({
  dataset_name: z.string().nullish(),
  dataset_version: z.string().nullish(),
  etl_name: z.string().nullish(),
  etl_version: z.string().nullish(),
  meds_version: z.string().nullish(),
  license: z.string().nullish(),
  other_extension_columns: z.array(z.string()).nullish(),
});
export type DatasetMetadata = z.output<typeof datasetMetadataSchema>;

export interface DatasetLayout {
  readonly dir: string;
  /** Relative paths of the shards, at least one. */
  readonly shards: readonly string[];
  readonly metadata: DatasetMetadata;
  readonly hasCodes: boolean;
  readonly hasSplits: boolean;
  readonly hasGroups: boolean;
}

export async function readDatasetLayout(dir: string): Promise<DatasetLayout> {
  const shards = existsSync(join(dir, "data")) ? await listParquet(dir, "data") : [];
  if (shards.length === 0) {
    throw new LongitudeError(MEDS_LAYOUT, `no data/**/*.parquet in the dataset at ${dir}`);
  }
  return {
    dir,
    shards,
    metadata: await readMetadata(join(dir, DATASET_JSON)),
    hasCodes: existsSync(join(dir, CODES_PARQUET)),
    hasSplits: existsSync(join(dir, SPLITS_PARQUET)),
    hasGroups: existsSync(join(dir, GROUPS_PARQUET)),
  };
}

/** Relative paths of the Parquet files below `dir/under`, sorted. */
async function listParquet(dir: string, under: string): Promise<string[]> {
  const entries = await readdir(join(dir, under), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".parquet"))
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(dir.length)
        .replace(/^[\\/]/, ""),
    )
    .sort(byCodeUnit);
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

async function readMetadata(path: string): Promise<DatasetMetadata> {
  if (!existsSync(path)) return {};
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new LongitudeError(MEDS_METADATA, `${DATASET_JSON} is not JSON`, { cause });
  }
  const parsed = datasetMetadataSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const keys = parsed.error.issues.map((issue) => issue.path.join(".")).join(", ");
  throw new LongitudeError(MEDS_METADATA, `${DATASET_JSON} has values of a wrong type: ${keys}`);
}
