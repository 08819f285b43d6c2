/**
 * Example persons of a sandbox: some of the persons of the folder that the site names, with dates moved to today.
 * Invariant: read once, when first asked for, and only in a sandbox; files of any size are read line by line.
 */
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type DatedResource, recentRecord } from "../records/recent-record.ts";

export interface ExamplePatient {
  /** FHIR id. */
  readonly id: string;
  /** The Patient first. */
  readonly resources: readonly DatedResource[];
}

const READ = 600;
const SHOWN = 40;
/** Shorter records have little to show. */
const FEWEST_RESOURCES = 30;
const REFERENCE = /"reference":"Patient\/([A-Za-z0-9.-]{1,64})"/;

export class ExamplePatients {
  #read: Promise<readonly ExamplePatient[]> | null = null;

  constructor(private readonly folder: string) {}

  /** @param now ms; the first call decides */
  list(now: number): Promise<readonly ExamplePatient[]> {
    this.#read ??= readExamples(this.folder, now);
    return this.#read;
  }
}

async function readExamples(folder: string, now: number): Promise<readonly ExamplePatient[]> {
  const of = new Map<string, DatedResource[]>();
  for await (const line of linesOf(join(folder, "Patient.ndjson"))) {
    const resource = JSON.parse(line) as DatedResource;
    of.set(String(resource.id), [resource]);
    if (of.size === READ) break;
  }
  const others = (await readdir(folder)).filter(
    (name) => name.endsWith(".ndjson") && name !== "Patient.ndjson",
  );
  for (const name of others.sort())
    for await (const line of linesOf(join(folder, name))) {
      const own = of.get(REFERENCE.exec(line)?.[1] ?? "");
      if (own !== undefined) own.push(JSON.parse(line) as DatedResource);
    }
  return [...of]
    .filter(([, resources]) => resources.length >= FEWEST_RESOURCES)
    .slice(0, SHOWN)
    .map(([id, resources]) => ({ id, resources: recentRecord(resources, now) }));
}

async function* linesOf(path: string): AsyncGenerator<string> {
  for await (const line of createInterface({
    input: createReadStream(path),
    crlfDelay: Number.POSITIVE_INFINITY,
  }))
    if (line !== "") yield line;
}
