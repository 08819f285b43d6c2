/**
 * FHIR exports of any size from a few Synthea patients: copies of their resources with fresh identifiers, as a Bulk
 * Data export lays them out (one NDJSON file a type, references `Type/id`).
 * Invariant: no two copies share an id or a personal identifier; everything else is as Synthea wrote it.
 */
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
/** Social security number, driving licence and passport as Synthea writes them: digits in a fixed frame. */
const NUMBERED = /"value":"(999-\d\d-\d{4}|S\d{8}|X\d{8}X)"/g;

interface Template {
  readonly type: string;
  readonly bytes: Buffer;
  /** Where an id begins, with the number that its first eight digits stand for. */
  readonly ids: readonly { readonly at: number; readonly value: number }[];
  /** Where the digits of a personal number stand, and which of the patients it belongs to. */
  readonly numbers: readonly { readonly at: readonly number[]; readonly patient: number }[];
}

export interface WrittenExport {
  readonly bytes: number;
  readonly patients: number;
  readonly resources: number;
}

/** @param seed NDJSON of Bundles, one patient each, plain or gzip */
export function readTemplates(seed: string): { templates: Template[]; patients: number; resources: number } {
  const raw = readFileSync(seed);
  const text = (raw[0] === 0x1f ? gunzipSync(raw) : raw).toString("utf8");
  const lines = new Map<string, string[]>();
  let patients = 0;
  let resources = 0;
  for (const line of text.split("\n").filter((part) => part.trim() !== "")) {
    const bundle = JSON.parse(line) as {
      entry: { fullUrl: string; resource: { resourceType: string; id: string } }[];
    };
    const names = new Map(
      bundle.entry.map(({ fullUrl, resource }) => [fullUrl, `${resource.resourceType}/${resource.id}`]),
    );
    patients += 1;
    for (const { resource } of bundle.entry) {
      const json = JSON.stringify(resource).replace(
        /urn:uuid:[0-9a-f-]{36}/g,
        (urn) => names.get(urn) ?? urn,
      );
      lines.set(resource.resourceType, [...(lines.get(resource.resourceType) ?? []), json]);
      resources += 1;
    }
  }
  const templates = [...lines].map(([type, found]) => templateOf(type, `${found.join("\n")}\n`));
  return { templates, patients, resources };
}

function templateOf(type: string, text: string): Template {
  const bytes = Buffer.from(text);
  // Positions in bytes: the text is searched in a one-byte decoding, where they are the same.
  const flat = bytes.toString("latin1");
  const ids = [...flat.matchAll(UUID)].map((match) => ({
    at: match.index,
    value: Number.parseInt(match[0].slice(0, 8), 16),
  }));
  const ends = [...flat.matchAll(/\n/g)].map((match) => match.index);
  const numbers = [...flat.matchAll(NUMBERED)].map((match) => {
    const from = match.index + '"value":"'.length;
    const at = [...match[1]!].flatMap((char, i) => (/\d/.test(char) ? [from + i] : []));
    return { at, patient: ends.findIndex((end) => end > match.index) };
  });
  return { type, bytes, ids, numbers };
}

/** Writes copies into `dir` until there are at least `size` bytes. */
export async function writeCopies(dir: string, seed: string, size: number): Promise<WrittenExport> {
  const { templates, patients, resources } = readTemplates(seed);
  await mkdir(dir, { recursive: true });
  const files = new Map(templates.map(({ type }) => [type, openSync(join(dir, `${type}.ndjson`), "w")]));
  let bytes = 0;
  let copy = 0;
  try {
    for (; bytes < size; copy++) {
      for (const template of templates) {
        patch(template, copy, patients);
        writeSync(files.get(template.type)!, template.bytes);
        bytes += template.bytes.length;
      }
    }
  } finally {
    for (const file of files.values()) closeSync(file);
  }
  return { bytes, patients: copy * patients, resources: copy * resources };
}

/** Gives the template this copy's ids: the first eight digits move on by an odd number, so no two copies share one. */
function patch({ bytes, ids, numbers }: Template, copy: number, patients: number): void {
  for (const { at, value } of ids) {
    bytes.write(((value + Math.imul(copy, 0x9e3779b1)) >>> 0).toString(16).padStart(8, "0"), at, "latin1");
  }
  for (const { at, patient } of numbers) {
    const digits = String(copy * patients + patient)
      .padStart(at.length, "0")
      .slice(-at.length);
    for (const [i, position] of at.entries()) bytes[position] = digits.charCodeAt(i);
  }
}
