/** A site with records and a model that are built, ready for `longitude ask`, `longitude mcp` and `longitude reason`. */
import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runPipeline } from "../../src/cli/pipeline.ts";
import { readSite } from "../../src/cli/read-site.ts";
import { recordsStage } from "../../src/cli/stages/records-stage.ts";
import { systemEffects } from "../../src/effects/effects.ts";
import { openTimelineStore } from "../../src/timeline/open-timeline-store.ts";
import type { FhirRecord } from "./fhir-record.ts";
import { makeServedSite, type ServedSite, type ServedSiteOptions } from "./served-site.ts";

export interface AskedSite extends ServedSite {
  /** Keys of the persons, in the order of the records' time. */
  readonly subjects: readonly string[];
}

export async function makeAskedSite(
  records: readonly FhirRecord[],
  options: ServedSiteOptions = {},
): Promise<AskedSite> {
  const served = await makeServedSite(options);
  const { folder } = served;
  await mkdir(join(folder, "export"));
  const lines = records
    .flatMap(({ patient, conditions, observations }) => [patient, ...conditions, ...observations])
    .map((resource) => JSON.stringify(resource));
  await writeFile(join(folder, "export", "all.ndjson"), `${lines.join("\n")}\n`);
  const running = runPipeline(await readSite(folder), [recordsStage], systemEffects);
  let step = await running.next();
  while (step.done !== true) step = await running.next();
  const model = join(folder, "artefacts", "model-0");
  await cp(join(folder, "scratch", "model"), model, { recursive: true });
  await writeFile(
    join(model, "artefact.json"),
    JSON.stringify({ id: "0", kind: "model", inputs: { records: step.value[0]!.id } }),
  );
  const store = await openTimelineStore(step.value[0]!.folder);
  const subjects: string[] = [];
  for await (const { subjectId } of store.timelines()) subjects.push(String(subjectId));
  store.close();
  return { ...served, subjects };
}
