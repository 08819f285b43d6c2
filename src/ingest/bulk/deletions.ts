/**
 * What the server has deleted: Bundles of DELETE entries, one a line. They are kept as they are, but each says when:
 * a reader of several pulls must know which copies of a resource a deletion takes back.
 */
import { z } from "zod";
import { replaceFile } from "../../artefacts/durable.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { PULL_CONTENT } from "../../errors/registry.ts";
import { inputLines } from "../input-text.ts";
import { jsonOf } from "./json-of.ts";

const bundleSchema = z.looseObject({
  resourceType: z.literal("Bundle"),
  meta: z.looseObject({ lastUpdated: z.string().optional() }).optional(),
  entry: z
    .array(
      z.looseObject({
        request: z.looseObject({
          method: z.literal("DELETE"),
          url: z.string().regex(/^([^?]*\/)?[A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64}$/),
        }),
      }),
    )
    .default([]),
});

/**
 * Writes the Bundles of `path` to `to`, dated `at` where they have no date.
 * @returns entries
 */
export async function writeDeletions(path: string, to: string, at: string, label: string): Promise<number> {
  const lines: string[] = [];
  let entries = 0;
  for await (const texts of inputLines(path, label)) {
    for (const text of texts) {
      const parsed = bundleSchema.safeParse(jsonOf(text));
      if (!parsed.success)
        throw new LongitudeError(PULL_CONTENT, `${label} has a line that is no Bundle of deletions`);
      const { data } = parsed;
      entries += data.entry.length;
      lines.push(
        JSON.stringify({ ...data, meta: { ...data.meta, lastUpdated: data.meta?.lastUpdated ?? at } }),
      );
    }
  }
  await replaceFile(to, lines.map((line) => `${line}\n`).join(""), 0o600);
  return entries;
}

/** Counts of `severity code` over a file of OperationOutcomes. */
export async function countIssues(
  path: string,
  label: string,
  issuesOf: (json: unknown) => string[] | null,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for await (const texts of inputLines(path, label)) {
    for (const issue of texts.flatMap((text) => issuesOf(jsonOf(text)) ?? ["error unknown"]))
      counts.set(issue, (counts.get(issue) ?? 0) + 1);
  }
  return counts;
}
