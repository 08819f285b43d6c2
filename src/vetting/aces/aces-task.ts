/**
 * An ACES task file as data: predicates, one trigger, windows of which one holds the label and one the prediction time.
 * Invariant: what is read here is well-formed; whether Longitude can say it is decided by `importAces`.
 */
import { parse } from "yaml";
import { z } from "zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { ACES_INVALID } from "../../errors/registry.ts";

const plain = z.strictObject({
  code: z.union([
    z.string().min(1),
    z.strictObject({ any: z.array(z.string().min(1)).min(1) }),
    z.strictObject({ regex: z.string().min(1) }),
  ]),
  value_min: z.number().nullish(),
  value_max: z.number().nullish(),
  /** Exclusive unless stated. */
  value_min_inclusive: z.boolean().nullish(),
  value_max_inclusive: z.boolean().nullish(),
  static: z.boolean().optional(),
  other_cols: z.record(z.string(), z.string()).optional(),
});
const derived = z.strictObject({ expr: z.string().min(1), static: z.boolean().optional() });
const predicate = z.union([plain, derived]);

const RANGE = /^\(?\s*(None|null|~|\d+)\s*,\s*(None|null|~|\d+)\s*\)?$/i;
const limit = (text: string | undefined) => (text !== undefined && /^\d+$/.test(text) ? Number(text) : null);
const range = z.union([
  z
    .string()
    .regex(RANGE)
    .transform((text) => {
      const [, low, high] = RANGE.exec(text) ?? [];
      return { min: limit(low), max: limit(high) };
    }),
  z.tuple([z.int().min(0).nullable(), z.int().min(0).nullable()]).transform(([min, max]) => ({ min, max })),
]);

const window = z.strictObject({
  start: z.string().nullable(),
  end: z.string().nullable(),
  start_inclusive: z.boolean().default(true),
  end_inclusive: z.boolean().default(true),
  has: z
    .record(z.string(), range)
    .nullish()
    .transform((has) => has ?? {}),
  label: z.string().nullish(),
  index_timestamp: z.enum(["start", "end"]).nullish(),
});

const taskSchema = z.strictObject({
  predicates: z.record(z.string(), predicate),
  patient_demographics: z.record(z.string(), predicate).optional(),
  trigger: z.string().min(1),
  windows: z.record(z.string(), window),
  /** Free; not read. */
  metadata: z.unknown().optional(),
  description: z.unknown().optional(),
});

export type AcesTask = z.output<typeof taskSchema>;
export type AcesPredicate = z.output<typeof predicate>;
export type AcesWindow = z.output<typeof window>;

/**
 * @param predicatesYaml a second file whose predicates replace those of the same name
 * @throws LongitudeError ACES_INVALID
 */
export function parseAces(yaml: string, predicatesYaml?: string): AcesTask {
  try {
    const task = record(parse(yaml));
    const more = predicatesYaml === undefined ? {} : record(parse(predicatesYaml));
    const join = (key: string) => ({ ...record(task[key] ?? {}), ...record(more[key] ?? {}) });
    const demographics = join("patient_demographics");
    return taskSchema.parse({
      ...task,
      predicates: join("predicates"),
      ...(Object.keys(demographics).length === 0 ? {} : { patient_demographics: demographics }),
    });
  } catch (cause) {
    const where =
      cause instanceof z.ZodError ? cause.issues.map(({ path }) => path.join(".")).join(", ") : "not YAML";
    throw new LongitudeError(ACES_INVALID, `the task file is not as it should be: ${where || "top level"}`, {
      cause,
    });
  }
}

function record(value: unknown): Record<string, unknown> {
  return z.record(z.string(), z.unknown()).parse(value);
}
