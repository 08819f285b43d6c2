/**
 * Records → what was measured of them, as a stage of the site, and the gate before everything that is built from them.
 * The measurement is stored; the verdict is not, because waivers end on a day.
 */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Artefact } from "../../artefacts/artefact-store.ts";
import { replaceFile } from "../../artefacts/durable.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { ARTEFACT_DAMAGED, QUALITY_FAILED, QUALITY_PROFILE_INVALID } from "../../errors/registry.ts";
import { judgeQuality } from "../../quality/judge/judge-quality.ts";
import type { QualityReport } from "../../quality/judge/quality-report.ts";
import { profileRecords } from "../../quality/profile-records.ts";
import { profileSchema, type QualityProfile } from "../../quality/quality-profile.ts";
import { figureText } from "../../quality/report/quality-table.ts";
import { renderQuality } from "../../quality/report/render-quality.ts";
import type { Stage } from "../pipeline.ts";

export const PROFILE_FILE = "profile.json";
/** In the folder `quality` of the site. */
export const QUALITY_JSON = "quality.json";
const QUALITY_PAGE = "index.html";

export const qualityStage: Stage = {
  name: "quality",
  schemaVersion: 1,
  module: import.meta.filename,
  inputs: ["records"],
  configuration: () => ({}),
  async *run({ folder, scratch, input }) {
    for await (const event of profileRecords(input("records").folder, scratch)) {
      if (event.kind === "progress") {
        const { step, done, total } = event;
        yield { step, done, total, unit: "measurements" };
        continue;
      }
      const { profile } = event;
      await writeFile(join(folder, PROFILE_FILE), `${JSON.stringify(profile)}\n`);
      const { persons, domains, codes, values } = profile;
      return {
        headline: `${domains.length} domains, ${codes.length.toLocaleString("en-US")} codes, ${values.length.toLocaleString("en-US")} distributions measured`,
        figures: { persons: persons.n, domains: domains.length, codes: codes.length, values: values.length },
      };
    }
    throw new TypeError("the records were measured without a profile");
  },
  async gate({ site, artefact, input, effects }) {
    const { name, quality: config } = site.configuration;
    const profile = await readProfile(artefact);
    const imports = join(site.folder, "quality", "imports");
    const records = input("records").manifest.id;
    const { own, previous } = await readImports(imports, records);
    const now = effects.now();
    const report = judgeQuality({ profile, previous, config, now });
    await publishQuality(join(site.folder, "quality"), name, report, profile, previous);
    if (!report.passed)
      throw new LongitudeError(QUALITY_FAILED, failureText(report, join(site.folder, "quality")));
    if (own === null) {
      await mkdir(imports, { recursive: true });
      const accepted = { schema: IMPORT_SCHEMA, records, acceptedAt: now, profile };
      await replaceFile(join(imports, `${records.slice(0, 16)}.json`), `${JSON.stringify(accepted)}\n`);
    }
  },
};

/** Writes `index.html` and `quality.json`. */
export async function publishQuality(
  folder: string,
  name: string,
  report: QualityReport,
  profile: QualityProfile,
  previous: QualityProfile | null,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  await replaceFile(join(folder, QUALITY_PAGE), renderQuality({ name, report, profile, previous }));
  await replaceFile(join(folder, QUALITY_JSON), `${JSON.stringify(report, null, 2)}\n`);
}

/** Every failing check with its worst finding. @param folder where the report lies, if it was written */
export function failureText(report: QualityReport, folder: string | null): string {
  const failed = report.checks.filter(({ outcome }) => outcome === "failed");
  const lines = failed.map((check) => {
    const failing = check.findings.filter(({ outcome }) => outcome === "failed");
    const worst = failing[0]!;
    const more = failing.length > 1 ? ` and ${failing.length - 1} more` : "";
    return `  ${check.check}: ${worst.of}${more}, ${figureText(check, worst.value)} (limit ${figureText(check, check.limit)})`;
  });
  const expired = report.expiredWaivers.map(
    ({ check, of, expires }) => `  refused: the waiver of ${check} (${of}) ended on ${expires}`,
  );
  return [
    `${failed.length} of ${report.checks.length} checks failed${folder === null ? "" : `; ${join(folder, QUALITY_PAGE)} shows them`}`,
    ...lines,
    ...expired,
  ].join("\n");
}

async function readProfile({ folder }: Artefact): Promise<QualityProfile> {
  const parsed = profileSchema.safeParse(JSON.parse(await readFile(join(folder, PROFILE_FILE), "utf8")));
  if (parsed.success) return parsed.data;
  throw new LongitudeError(ARTEFACT_DAMAGED, `${folder}/${PROFILE_FILE} does not hold a profile`);
}

const IMPORT_SCHEMA = "longitude.quality-import/1";
const importSchema = z.strictObject({
  schema: z.literal(IMPORT_SCHEMA),
  records: z.string(),
  /** ms since 1970-01-01 UTC */
  acceptedAt: z.number(),
  profile: profileSchema,
});

/** The profile of the import that was accepted before this one; `own` = when this one was accepted. */
export async function readImports(
  folder: string,
  records: string,
): Promise<{ readonly own: number | null; readonly previous: QualityProfile | null }> {
  const files = await readdir(folder).catch(() => []);
  const imports: z.output<typeof importSchema>[] = [];
  for (const file of files.filter((name) => name.endsWith(".json"))) {
    imports.push(await readImport(join(folder, file)));
  }
  const own = imports.find((one) => one.records === records)?.acceptedAt ?? null;
  const before = imports
    .filter((one) => one.records !== records && (own === null || one.acceptedAt < own))
    .sort((a, b) => b.acceptedAt - a.acceptedAt);
  return { own, previous: before[0]?.profile ?? null };
}

async function readImport(path: string): Promise<z.output<typeof importSchema>> {
  try {
    return importSchema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (cause) {
    throw new LongitudeError(QUALITY_PROFILE_INVALID, `${path} does not hold the profile of an import`, {
      cause,
    });
  }
}
