/**
 * What a source's folder knows of itself: `.source.json` after each pull, `.job.json` while one is under way.
 * Both are hidden from `longitude ingest`. The job's address may be a secret of its own: the file is the owner's only.
 */
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { replaceFile } from "../../artefacts/durable.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { PULL_STATE } from "../../errors/registry.ts";

/** What was asked for; increments of a source ask for the same. */
const questionSchema = z.strictObject({
  server: z.string(),
  level: z.string(),
  group: z.string().nullable(),
  types: z.array(z.string()),
  typeFilters: z.array(z.string()),
  elements: z.array(z.string()),
});
export type Question = z.output<typeof questionSchema>;

const pullSchema = z.strictObject({
  folder: z.string(),
  since: z.string().nullable(),
  transactionTime: z.string(),
  files: z.number(),
  resources: z.number(),
  deleted: z.number(),
});

const sourceSchema = z.strictObject({
  schema: z.literal("longitude.pull-source/1"),
  question: questionSchema,
  /** Oldest first; the first of them is a whole one. */
  pulls: z.array(pullSchema),
});
export type Source = z.output<typeof sourceSchema>;

const jobSchema = z.strictObject({
  schema: z.literal("longitude.pull-job/1"),
  question: questionSchema,
  since: z.string().nullable(),
  /** Where the export's state is asked. */
  state: z.string(),
  /** Known once the pull is about to be published. */
  publishing: pullSchema.nullable(),
});
export type Job = z.output<typeof jobSchema>;

const SOURCE_FILE = ".source.json";
const JOB_FILE = ".job.json";

export const readSource = (out: string): Promise<Source | null> => read(out, SOURCE_FILE, sourceSchema);
export const readJob = (out: string): Promise<Job | null> => read(out, JOB_FILE, jobSchema);

export async function writeSource(out: string, source: Source): Promise<void> {
  await replaceFile(join(out, SOURCE_FILE), `${JSON.stringify(source, null, 2)}\n`, 0o600);
}

export async function writeJob(out: string, job: Job): Promise<void> {
  await replaceFile(join(out, JOB_FILE), `${JSON.stringify(job, null, 2)}\n`, 0o600);
}

export async function removeJob(out: string): Promise<void> {
  await rm(join(out, JOB_FILE), { force: true });
}

async function read<T>(out: string, name: string, schema: z.ZodType<T>): Promise<T | null> {
  let text: string;
  try {
    text = await readFile(join(out, name), "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new LongitudeError(PULL_STATE, `${name} is not what this version writes`, { cause });
  }
}
