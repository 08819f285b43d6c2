/** `longitude models affected-by`: every model that was trained with somebody's record, by what its artefacts were made from. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Command } from "commander";
import { z } from "zod";
import { LongitudeError } from "../errors/longitude-error.ts";
import { USAGE_INVALID } from "../errors/registry.ts";
import { leftOutSubjects } from "../privacy/consent/left-out-subjects.ts";
import { openZone } from "../privacy/zone/open-zone.ts";
import { systemEntropy } from "../privacy/zone/system-entropy.ts";
import { openTimelineStore } from "../timeline/open-timeline-store.ts";
import type { SubjectKey } from "../timeline/patient-event.ts";
import { type AffectedModel, readMarks } from "./affected-marks.ts";
import { privacyOf } from "./privacy-of.ts";
import { readSite, type Site } from "./read-site.ts";

const manifestSchema = z.looseObject({
  kind: z.string(),
  id: z.string(),
  inputs: z.record(z.string(), z.string()),
});
type Manifest = z.output<typeof manifestSchema> & { readonly folder: string };

interface Flags {
  readonly site: string;
  readonly subject: readonly string[];
  readonly optedOut: boolean;
  readonly json: boolean;
}

export function modelsCommand(): Command {
  return new Command("models")
    .description("The models of a site.")
    .addCommand(
      new Command("affected-by")
        .description("List the models that were trained with the records of these persons.")
        .requiredOption("--site <dir>", "folder with longitude.yaml")
        .option("--subject <key...>", "subject keys", [])
        .option("--opted-out", "everybody who has opted out by consent or by the site's list", false)
        .option("--json", "print one JSON object on standard output", false)
        .action(run),
    );
}

async function run({ site, subject, optedOut, json }: Flags): Promise<void> {
  const opened = await readSite(site);
  const subjects = new Set(subject.map(Number) as SubjectKey[]);
  if (subject.some((text) => !/^\d{1,16}$/.test(text)))
    throw new LongitudeError(USAGE_INVALID, "a subject key is a whole number");
  if (optedOut) {
    const config = privacyOf(opened);
    for (const key of await leftOutSubjects(await openZone(config, systemEntropy), config, systemEntropy))
      subjects.add(key);
  }
  if (subjects.size === 0 && !optedOut)
    throw new LongitudeError(USAGE_INVALID, "name persons with --subject or --opted-out");
  const affected = await withMarks(opened, await affectedModels(opened, subjects));
  if (json)
    process.stdout.write(
      `${JSON.stringify({ schema: "longitude.affected-models/1", persons: subjects.size, models: affected })}\n`,
    );
  else if (affected.length === 0)
    process.stdout.write(`no model of the site was trained with any of the ${subjects.size} person(s)\n`);
  else {
    for (const { folder, persons, markedAt, releases } of affected) {
      const marked = markedAt === null ? "" : `; marked ${markedAt}, when they were taken out`;
      const carried = releases.length === 0 ? "" : `; in release ${releases.join(", ")}`;
      process.stdout.write(
        `${folder}: trained with ${persons.train}, tuned with ${persons.tuning}, measured on ${persons.held_out} of the person(s) asked for${marked}${carried}\n`,
      );
    }
    process.stdout.write(
      "Train anew without them (longitude build), withdraw these models, and remove their folders.\n",
    );
  }
}

/** Models whose records had one of the persons in a split that teaches: train or tuning. */
export async function affectedModels(
  site: Site,
  subjects: ReadonlySet<SubjectKey>,
): Promise<AffectedModel[]> {
  const manifests = await readManifests(join(site.folder, "artefacts"));
  const byId = new Map(manifests.map((manifest) => [manifest.id, manifest]));
  const affected: AffectedModel[] = [];
  for (const model of manifests.filter(({ kind }) => kind === "model")) {
    const records = recordsOf(model, byId);
    if (records === null) continue;
    const persons = { train: 0, tuning: 0, held_out: 0 };
    const store = await openTimelineStore(records.folder);
    try {
      const splits = await store.splits();
      for (const subject of subjects) {
        const split = splits.get(subject);
        if (split !== undefined) persons[split] += 1;
      }
    } finally {
      store.close();
    }
    if (persons.train + persons.tuning > 0)
      affected.push({
        model: model.id,
        folder: model.folder,
        records: records.id,
        persons,
        markedAt: null,
        releases: await releasesOf(site, model.id),
      });
  }
  return affected;
}

/** Adds the marked models, whose records are no more. */
async function withMarks(site: Site, affected: readonly AffectedModel[]): Promise<AffectedModel[]> {
  const marks = await readMarks(site);
  const marked = await Promise.all(
    marks.map(async ({ model, records, persons, markedAt }) => ({
      model,
      folder: join(site.folder, "artefacts", `model-${model.slice(0, 16)}`),
      records,
      persons,
      markedAt,
      releases: await releasesOf(site, model),
    })),
  );
  const known = new Set(marks.map(({ model }) => model));
  return [...affected.filter(({ model }) => !known.has(model)), ...marked];
}

async function releasesOf(site: Site, model: string): Promise<string[]> {
  const folder = join(site.folder, "releases");
  const found: string[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    const text = await readFile(join(folder, name, "manifest.json"), "utf8").catch(() => null);
    if (text !== null && (JSON.parse(text) as { model?: unknown }).model === model) found.push(name);
  }
  return found.sort();
}

/**
 * Artefacts that were made from records with one of the persons and hold persons' data themselves. Models are none of them
 * (they are marked), nor are evaluations, reports and what else only counts.
 */
export async function artefactsWithPersons(site: Site, subjects: ReadonlySet<SubjectKey>): Promise<string[]> {
  const manifests = await readManifests(join(site.folder, "artefacts"));
  const byId = new Map(manifests.map((manifest) => [manifest.id, manifest]));
  const held = new Set<string>();
  for (const records of manifests.filter(({ kind }) => kind === "records")) {
    const store = await openTimelineStore(records.folder);
    try {
      const splits = await store.splits();
      if ([...subjects].some((subject) => splits.has(subject))) held.add(records.id);
    } finally {
      store.close();
    }
  }
  return manifests
    .filter((manifest) => !COUNTS_ONLY.has(manifest.kind) && held.has(recordsOf(manifest, byId)?.id ?? ""))
    .map(({ folder }) => folder);
}

const COUNTS_ONLY = new Set(["model", "evaluation", "report", "baselines", "hazards", "quality", "plan"]);

/** The records at the beginning of what an artefact was made from. */
function recordsOf(from: Manifest, byId: ReadonlyMap<string, Manifest>): Manifest | null {
  if (from.kind === "records") return from;
  for (const id of Object.values(from.inputs)) {
    const input = byId.get(id);
    const found = input === undefined ? null : recordsOf(input, byId);
    if (found !== null) return found;
  }
  return null;
}

async function readManifests(folder: string): Promise<Manifest[]> {
  const found: Manifest[] = [];
  for (const name of (await readdir(folder).catch(() => [])).sort()) {
    const text = await readFile(join(folder, name, "artefact.json"), "utf8").catch(() => null);
    const parsed = text === null ? null : manifestSchema.safeParse(JSON.parse(text));
    if (parsed?.success === true) found.push({ ...parsed.data, folder: join(folder, name) });
  }
  return found;
}
