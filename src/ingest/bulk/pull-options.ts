/** What a pull is asked to do. `unknown` comes in, a total configuration goes out. */
import { z } from "zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { PULL_OPTIONS } from "../../errors/registry.ts";

export const PULL_LEVELS = ["system", "patient", "group"] as const;

const instant = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/, "a FHIR instant is needed");

export const pullOptionsSchema = z
  .strictObject({
    /** FHIR base address of the server. */
    server: z.string().min(1),
    /** Folder of this source: one folder in it for each pull. */
    out: z.string().min(1),
    /** Everything, all patients, or the patients of a group. */
    level: z.enum(PULL_LEVELS).default("patient"),
    /** Id of the group, for level `group`. */
    group: z
      .string()
      .regex(/^[A-Za-z0-9.-]{1,64}$/, "an id is needed")
      .optional(),
    /** Without a client id the server is asked without a token. */
    clientId: z.string().min(1).optional(),
    /** Private key: JWK, JWK set or PEM. */
    keyFile: z.string().min(1).optional(),
    keyId: z.string().min(1).optional(),
    /** Address of the published JWK set (`jku`), where the server wants it in the assertion. */
    jwksUrl: z.string().min(1).optional(),
    scope: z.string().min(1).default("system/*.read"),
    /** Instead of the one of .well-known/smart-configuration. */
    tokenUrl: z.string().min(1).optional(),
    /** Further origins of the server, which may be shown the token. */
    allowOrigins: z.array(z.string().min(1)).default([]),
    types: z.array(z.string().regex(/^[A-Z][A-Za-z]+$/, "a resource type is needed")).default([]),
    typeFilters: z.array(z.string().min(1)).default([]),
    elements: z.array(z.string().min(1)).default([]),
    /** `auto`: since the last pull of this source, all of it the first time; `never`: all of it. */
    since: z.union([z.literal(["auto", "never"]), instant]).default("auto"),
    until: instant.optional(),
    /** STU 3: files are fetched while the server is still at work. */
    partialManifests: z.boolean().default(false),
    /** STU 3: resources come together by this type. */
    organizeBy: z
      .string()
      .regex(/^[A-Z][A-Za-z]+$/)
      .optional(),
    /** STU 4 and many servers of STU 2 and 3 take the parameters by POST. */
    post: z.boolean().default(false),
    parallel: z.number().int().min(1).max(16).default(4),
    /** Tries of a request before it is given up. */
    tries: z.number().int().min(1).max(50).default(8),
    firstWaitMs: z.number().int().min(1).default(1000),
    longestWaitMs: z.number().int().min(1).default(120_000),
    /** Between two questions whether the export is ready, where the server does not say. */
    pollMs: z.number().int().min(1).default(5000),
    idleMs: z.number().int().min(100).default(120_000),
  })
  .refine(({ level, group }) => (level === "group") === (group !== undefined), {
    path: ["group"],
    message: "level group needs the id of a group, and no other level takes one",
  })
  .refine(({ clientId, keyFile }) => (clientId === undefined) === (keyFile === undefined), {
    path: ["clientId"],
    message: "a client id needs a key file and the other way round",
  });

export type PullInput = z.input<typeof pullOptionsSchema>;
export type PullOptions = z.output<typeof pullOptionsSchema>;

export function parsePullOptions(input: unknown): PullOptions {
  const parsed = pullOptionsSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => `${issue.path.join(".") || "options"}: ${issue.message}`);
  throw new LongitudeError(PULL_OPTIONS, issues.join("; "));
}
