/** A site whose sandbox has example people: a small random model, or the finished site that LONGITUDE_PICTURES names. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fhirRecord } from "../../support/fhir-record.ts";
import { makeServedSite } from "../../support/served-site.ts";

const PEOPLE = 6;
const EXPORT = "export";

/** @param events of the first person; the others have 40 */
export async function workspaceSite(events = 40): Promise<string> {
  const named = process.env.LONGITUDE_PICTURES;
  if (named !== undefined) return named;
  const { folder } = await makeServedSite({
    verdict: "silent only",
    stage: "silent",
    serving: { examples: EXPORT },
  });
  await writeExamples(folder, events);
  return folder;
}

/** NDJSON of invented people, as the site's `serving.examples` names it. */
export async function writeExamples(folder: string, events: number): Promise<void> {
  const records = Array.from({ length: PEOPLE }, (_, i) =>
    fhirRecord({
      id: `p${i + 1}`,
      birthDate: `19${50 + 5 * i}-03-14`,
      ...(i === 0 ? { events, everyDays: Math.min(20, 24_000 / events) } : { events: 40 }),
    }),
  );
  const lines = (resources: readonly object[]) => resources.map((one) => `${JSON.stringify(one)}\n`).join("");
  await mkdir(join(folder, EXPORT), { recursive: true });
  const write = (name: string, resources: readonly object[]) =>
    writeFile(join(folder, EXPORT, `${name}.ndjson`), lines(resources));
  await write(
    "Patient",
    records.map(({ patient }) => patient),
  );
  await write(
    "Condition",
    records.flatMap(({ conditions }) => conditions),
  );
  await write(
    "Observation",
    records.flatMap(({ observations }) => observations),
  );
}
