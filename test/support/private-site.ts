/** A site of three invented patients with an identified zone and de-identified records, for tests of the privacy verbs. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { readSite } from "../../src/cli/read-site.ts";
import { deidentifyRecords } from "../../src/privacy/deidentify-records.ts";
import { createZone } from "../../src/privacy/zone/open-zone.ts";
import { systemEntropy } from "../../src/privacy/zone/system-entropy.ts";
import { fixedEffects } from "./fixed-effects.ts";

const SYNTHEA = join(import.meta.dirname, "../cases/ingest-synthea/in/bundles.ndjson.gz");
const SITE = `schema: longitude.site/1
name: small
records: { format: fhir, input: bundles.ndjson, rejectLimit: 1 }
privacy: { profile: safe-harbor, rareCodes: 1, optOuts: optouts.txt }
cohort: { index: MEDS_BIRTH, followUpEnd: MEDS_DEATH }
outcomes:
  predictionTimes: [{ at: index, horizons: [1y] }]
  list: [{ name: death, title: Death, events: { codes: [MEDS_DEATH] } }]
`;

interface Resource {
  readonly resourceType: string;
  readonly id: string;
}

/** Ids of its patients. The records lie in `artefacts/records-aaaa`. */
export async function makePrivateSite(site: string): Promise<string[]> {
  await mkdir(site, { recursive: true });
  const bundles = gunzipSync(await readFile(SYNTHEA)).toString("utf8");
  await writeFile(join(site, "bundles.ndjson"), bundles);
  await writeFile(join(site, "longitude.yaml"), SITE);
  await writeFile(join(site, "optouts.txt"), "");
  await createZone((await readSite(site)).configuration.privacy!, systemEntropy);
  await deidentifySite(site, "records-aaaa");
  await writeManifest(site, "records-aaaa", { kind: "records", id: "aaaa", inputs: {} });
  return bundles
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { entry: { resource: Resource }[] })
    .map(({ entry }) => entry.find(({ resource }) => resource.resourceType === "Patient")!.resource.id);
}

export async function writeManifest(site: string, name: string, content: object): Promise<void> {
  await mkdir(join(site, "artefacts", name), { recursive: true });
  await writeFile(join(site, "artefacts", name, "artefact.json"), JSON.stringify(content));
}

/** Makes an artefact of records out of the site's export or what is sealed of it. @returns persons kept */
export async function deidentifySite(site: string, name: string): Promise<number> {
  const { configuration } = await readSite(site);
  const running = deidentifyRecords(
    {
      records: { format: "fhir", input: configuration.records.input, rejectLimit: 1 },
      content: "the same export",
      config: configuration.privacy!,
      out: join(site, "artefacts", name),
      overwrite: true,
    },
    fixedEffects(),
    systemEntropy,
  );
  for await (const event of running) if (event.kind === "done") return event.privacy.persons.kept;
  throw new Error("no report");
}
