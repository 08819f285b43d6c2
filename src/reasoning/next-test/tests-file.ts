/** `reasoning/tests.yaml` of a site: the tests that can be ordered, what they cost and how much of a burden they are. */
import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { z } from "zod";
import { yamlOutOfBounds } from "../../artefacts/yaml-bounds.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { REASONING_FILE } from "../../errors/registry.ts";

export const TESTS_FILE = "reasoning/tests.yaml";

const resultSchema = z.strictObject({
  title: z.string().min(1).max(80),
  /** The event that the record then holds. */
  code: z.string().min(1),
  value: z.number().optional(),
  unit: z.string().optional(),
});

const testSchema = z
  .strictObject({
    name: z.string().min(1).max(80),
    /** Code of the result; its results are then the bins of values that the model knows. */
    code: z.string().min(1).optional(),
    unit: z.string().optional(),
    /** Results that are events of their own, e.g. a finding and its absence. */
    results: z.array(resultSchema).min(2).optional(),
    /** In the file's currency. */
    cost: z.number().min(0),
    /** Time, discomfort and risk for the person, from 0 to 10. */
    burden: z.number().min(0).max(10).default(0),
  })
  .refine(({ code, results }) => (code === undefined) !== (results === undefined), {
    message: "a test states either `code` or `results`",
  });

const fileSchema = z
  .strictObject({
    schema: z.literal("longitude.tests/1"),
    currency: z.string().min(1).max(10),
    /** What one point of burden counts as, in the currency. */
    burdenPoint: z.number().min(0).default(0),
    tests: z.array(testSchema).min(1).max(200),
  })
  .refine(({ tests }) => new Set(tests.map(({ name }) => name)).size === tests.length, {
    message: "two tests have one name",
  });

export type TestsFile = z.output<typeof fileSchema>;
export type OrderableTest = TestsFile["tests"][number];

/** @throws REASONING_FILE */
export async function readTestsFile(path: string): Promise<TestsFile> {
  return fileOf(await readFile(path, "utf8").catch(() => null), path, fileSchema);
}

/** Null where the site has no such file, or one that is not as it should be: there is nothing to reason with then. */
export async function usable<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof LongitudeError && error.code === REASONING_FILE.code) return null;
    throw error;
  }
}

/** @param text null when the file is not there; `path` is only named in messages */
export function fileOf<T>(text: string | null, path: string, schema: z.ZodType<T>): T {
  if (text === null) throw new LongitudeError(REASONING_FILE, `${path} is not there`);
  if (yamlOutOfBounds(text))
    throw new LongitudeError(REASONING_FILE, `${path} is larger or deeper than such a file is`);
  let content: unknown;
  try {
    content = parse(text);
  } catch (cause) {
    throw new LongitudeError(REASONING_FILE, `${path} is not valid YAML`, { cause });
  }
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(
    ({ path: at, message }) => `${at.join(".") || "the file"}: ${message}`,
  );
  throw new LongitudeError(REASONING_FILE, `${path}: ${faults.slice(0, 5).join("; ")}`);
}
