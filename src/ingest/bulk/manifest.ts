/**
 * What an export consists of, as its manifest says: STU 2, STU 3 (pages, partial manifests, output by patient) and
 * STU 4. Fields that are not needed are left; names of drafts are taken where they say the same.
 */
import { z } from "zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { PULL_MANIFEST } from "../../errors/registry.ts";

const fileSchema = z.looseObject({
  type: z.string().optional(),
  url: z.string().min(1),
  count: z.number().int().nonnegative().optional(),
});
const manifestSchema = z.looseObject({
  transactionTime: z.string().refine((text) => !Number.isNaN(Date.parse(text)), "not an instant"),
  requiresAccessToken: z.boolean(),
  outputFormat: z.string().optional(),
  outputOrganizedBy: z.string().optional(),
  output: z.array(fileSchema).default([]),
  deleted: z.array(fileSchema).nullish(),
  /** `outcome` in a draft of STU 4. */
  error: z.array(fileSchema).nullish(),
  outcome: z.array(fileSchema).nullish(),
  link: z.array(z.looseObject({ relation: z.string(), url: z.string() })).nullish(),
});

export const MANIFEST_PARTS = ["output", "deleted", "error"] as const;
export type ManifestPart = (typeof MANIFEST_PARTS)[number];

export interface ListedFile {
  readonly part: ManifestPart;
  /** Resource type; null where files are organised otherwise. */
  readonly type: string | null;
  readonly url: string;
  /** Resources in it; null = not told. */
  readonly count: number | null;
  readonly needsToken: boolean;
}

export interface ManifestPage {
  readonly transactionTime: string;
  readonly organizedBy: string | null;
  readonly files: readonly ListedFile[];
  /** Address of the page that follows. */
  readonly next: string | null;
}

const NDJSON = /^(application\/(fhir\+|x-)?ndjson|ndjson)\s*(;|$)/i;

export function parseManifest(json: unknown): ManifestPage {
  const parsed = manifestSchema.safeParse(json);
  if (!parsed.success) {
    const fields = [...new Set(parsed.error.issues.map(({ path }) => String(path[0] ?? "the whole")))];
    throw new LongitudeError(PULL_MANIFEST, `the manifest is not usable: ${fields.join(", ")}`);
  }
  const { data } = parsed;
  if (data.outputFormat !== undefined && !NDJSON.test(data.outputFormat))
    throw new LongitudeError(PULL_MANIFEST, "the manifest's outputFormat is not NDJSON");
  const of = (part: ManifestPart, files: readonly z.output<typeof fileSchema>[]): ListedFile[] =>
    files.map(({ type, url, count }) => ({
      part,
      type: type !== undefined && /^[A-Z][A-Za-z]{1,60}$/.test(type) ? type : null,
      url,
      count: count ?? null,
      needsToken: data.requiresAccessToken,
    }));
  return {
    transactionTime: data.transactionTime,
    organizedBy: data.outputOrganizedBy ?? null,
    files: [
      ...of("output", data.output),
      ...of("deleted", data.deleted ?? []),
      ...of("error", [...(data.error ?? []), ...(data.outcome ?? [])]),
    ],
    next: data.link?.find(({ relation }) => relation === "next")?.url ?? null,
  };
}

export function isManifest(json: unknown): boolean {
  return typeof json === "object" && json !== null && "transactionTime" in json;
}
