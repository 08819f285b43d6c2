/**
 * Boosted person-time hazards of every outcome on features of the record, as one JSON file: `tree_head.json`.
 * Beside a checkpoint it is the second voice of Longitude's onset reading; alone it is the strongest baseline.
 * Invariant: everything that a prediction needs lies in the file, and nothing that names a person.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { ARTEFACT_DAMAGED } from "../../errors/registry.ts";
import { binCutsSchema } from "../boosting/binned-features.ts";
import { boostedModelSchema } from "../boosting/tune-then-fit.ts";
import { featureCatalogueSchema } from "../features/feature-catalogue.ts";

const TREE_HEAD_SCHEMA = "longitude.tree-head/1";
const TREE_HEAD_FILE = "tree_head.json";
/** In the folder of the fit: the same trees grown without the tuning persons. */
export const WITHOUT_TUNING_FILE = "tree_head_without_tuning.json";
export const EQUAL_SHARE = 0.5;

/** Pooled over landmarks: one model an outcome, the years since the index date among its features. */
export const boostedHazardsSchema = z.strictObject({
  /** Length of a time slot, days. */
  slotDays: z.number(),
  cuts: binCutsSchema,
  /** Null when nobody died among development persons. */
  death: boostedModelSchema.nullable(),
  outcomes: z.array(z.strictObject({ outcome: z.string(), model: boostedModelSchema })),
});

const treeHeadSchema = z.strictObject({
  schema: z.literal(TREE_HEAD_SCHEMA),
  catalogue: featureCatalogueSchema,
  hazards: boostedHazardsSchema,
  /** Share of the say in an onset that the trees have beside a decoder, on the log scale. */
  share: z.number().min(0).max(1).default(EQUAL_SHARE),
});

export type TreeHead = Omit<z.infer<typeof treeHeadSchema>, "schema">;

export async function writeTreeHead(folder: string, head: TreeHead, name = TREE_HEAD_FILE): Promise<void> {
  const file = { schema: TREE_HEAD_SCHEMA, ...head };
  await writeFile(join(folder, name), `${JSON.stringify(file)}\n`);
}

/** Null when the folder has none. */
export async function readTreeHead(folder: string, name = TREE_HEAD_FILE): Promise<TreeHead | null> {
  let text: string;
  try {
    text = await readFile(join(folder, name), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  const parsed = treeHeadSchema.safeParse(jsonOf(text));
  if (parsed.success) {
    const { schema: _, ...head } = parsed.data;
    return head;
  }
  throw new LongitudeError(ARTEFACT_DAMAGED, `${name} does not hold boosted hazards`, {
    cause: parsed.error,
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
