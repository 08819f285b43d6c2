/**
 * Models that were trained with the records of persons who were taken out for good afterwards. A marked model is neither
 * released nor raised; the mark stays when the records that tell why are gone.
 */
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { replaceFile } from "../artefacts/durable.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { MODEL_AFFECTED } from "../errors/registry.ts";
import type { Split } from "../timeline/patient-event.ts";
import type { Site } from "./read-site.ts";

export interface AffectedModel {
  readonly model: string;
  readonly folder: string;
  readonly records: string;
  /** How many of the persons asked about were in each split of its records. */
  readonly persons: Readonly<Record<Split, number>>;
  /** When persons of its records were taken out for good; null while they are still there. */
  readonly markedAt: string | null;
  /** Releases that carry it. */
  readonly releases: readonly string[];
}

const MARKS_FILE = join("privacy", "affected-models.json");
const MARKS_SCHEMA = "longitude.affected-marks/1";

const marksSchema = z.object({
  schema: z.literal(MARKS_SCHEMA),
  models: z.array(
    z.object({
      model: z.string(),
      records: z.string(),
      persons: z.object({ train: z.number(), tuning: z.number(), held_out: z.number() }),
      markedAt: z.string(),
    }),
  ),
});
type Mark = z.output<typeof marksSchema>["models"][number];

export async function readMarks(site: Site): Promise<Mark[]> {
  const text = await readFile(join(site.folder, MARKS_FILE), "utf8").catch(() => null);
  return text === null ? [] : marksSchema.parse(JSON.parse(text)).models;
}

/** @throws LongitudeError MODEL_AFFECTED when the model is marked */
export async function requireUnmarked(site: Site, model: string): Promise<void> {
  const mark = (await readMarks(site)).find((one) => one.model === model);
  if (mark !== undefined)
    throw new LongitudeError(
      MODEL_AFFECTED,
      `the model was trained with ${mark.persons.train} and tuned with ${mark.persons.tuning} person(s) who were taken out on ${mark.markedAt.slice(0, 10)}`,
    );
}

/** Notes models as affected; one that is marked already keeps its first date and the greater counts. */
export async function markModels(site: Site, affected: readonly AffectedModel[], now: string): Promise<void> {
  if (affected.length === 0) return;
  const marks = new Map((await readMarks(site)).map((mark) => [mark.model, mark]));
  for (const { model, records, persons } of affected) {
    const before = marks.get(model);
    const more = (split: Split): number => Math.max(persons[split], before?.persons[split] ?? 0);
    marks.set(model, {
      model,
      records,
      persons: { train: more("train"), tuning: more("tuning"), held_out: more("held_out") },
      markedAt: before?.markedAt ?? now,
    });
  }
  await mkdir(join(site.folder, "privacy"), { recursive: true });
  const file = { schema: MARKS_SCHEMA, models: [...marks.values()] };
  await replaceFile(join(site.folder, MARKS_FILE), `${JSON.stringify(file, null, 2)}\n`);
}
