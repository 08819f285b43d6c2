/**
 * The identity of a dataset: SHA-256 over the relative paths and bytes of its data and metadata.
 * The ingest report is left out: it tells how the dataset came about, not what it is.
 */
import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import {
  CODES_PARQUET,
  DATASET_JSON,
  type DatasetLayout,
  GROUPS_PARQUET,
  SPLITS_PARQUET,
} from "./dataset-layout.ts";

export async function datasetContentHash(layout: DatasetLayout): Promise<string> {
  const metadata = [DATASET_JSON, CODES_PARQUET, SPLITS_PARQUET, GROUPS_PARQUET];
  const present = metadata.filter((path) => existsSync(join(layout.dir, path)));
  const total = createHash("sha256");
  for (const path of [...layout.shards, ...present]) {
    const file = createHash("sha256");
    await pipeline(createReadStream(join(layout.dir, path)), file);
    total.update(`${path.replaceAll("\\", "/")}\0${file.digest("hex")}\n`);
  }
  return total.digest("hex");
}
