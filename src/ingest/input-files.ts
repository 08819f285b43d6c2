/** Which files an ingest reads, and in which format they are. */
import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { LongitudeError } from "../errors/longitude-error.ts";
import {
  FORMAT_UNKNOWN,
  INPUT_EMPTY,
  INPUT_FILE_EMPTY,
  INPUT_UNREADABLE,
  MAPPING_FILE,
} from "../errors/registry.ts";
import { type Mapping, readMapping } from "./csv/mapping.ts";
import { mappedFiles } from "./csv/read-csv.ts";
import { R4_RESOURCE_TYPES } from "./fhir/resource-types.ts";
import { isHl7File } from "./hl7v2/hl7-files.ts";
import type { IngestOptions } from "./ingest-options.ts";
import { isDatabaseAddress } from "./omop/database-address.ts";
import { looksLikeOmop, omopTableOf } from "./omop/omop-files.ts";

interface Sized {
  /** In the order of reading. */
  readonly files: readonly string[];
  readonly bytes: number;
  /** Bytes of each file. */
  readonly sizes: readonly number[];
}

export type InputFiles = Sized &
  (
    | { readonly format: "fhir" }
    | { readonly format: "hl7v2" | "ccda" }
    /** `address`: of a live database, which has no files. */
    | { readonly format: "omop"; readonly address?: string }
    /** `root`: the folder of `metadata/`; null for a loose file. */
    | { readonly format: "meds"; readonly root: string | null }
    | { readonly format: "csv"; readonly mapping: Mapping }
  );

const ENDINGS = {
  ccda: /\.(xml|cda|ccda)(\.gz)?$/i,
  fhir: /\.(ndjson|jsonl|json)(\.gz)?$/i,
  meds: /\.parquet$/i,
  csv: /\.csv(\.gz)?$/i,
} as const;

export async function findInputFiles(options: IngestOptions): Promise<InputFiles> {
  if (isDatabaseAddress(options.input)) {
    if (options.format !== "auto" && options.format !== "omop")
      throw new LongitudeError(FORMAT_UNKNOWN, `a database is read as OMOP, not as ${options.format}`);
    return { format: "omop", address: options.input, files: [], sizes: [], bytes: 0 };
  }
  const all = await filesAt(options.input);
  const format = options.format === "auto" ? detectFormat(all, options) : options.format;
  if (format === "hl7v2") {
    const files = all.filter(isHl7File);
    if (files.length === 0) throw new LongitudeError(INPUT_EMPTY, `no HL7 messages at ${options.input}`);
    return { format, ...(await sized(files, (position) => `file ${position + 1} of ${files.length}`)) };
  }
  if (format === "ccda") {
    const files = all.filter((file) => ENDINGS.ccda.test(file));
    if (files.length === 0) throw new LongitudeError(INPUT_EMPTY, `no C-CDA documents at ${options.input}`);
    return { format, ...(await sized(files, (position) => `file ${position + 1} of ${files.length}`)) };
  }
  if (format === "omop") {
    const files = all.filter((file) => omopTableOf(file) !== null);
    if (files.length === 0) throw new LongitudeError(INPUT_EMPTY, `no OMOP tables at ${options.input}`);
    return { format, ...(await sized(files)) };
  }
  if (format === "csv") {
    const folder = (await stat(options.input)).isDirectory() ? options.input : dirname(options.input);
    const beside = join(folder, "mapping.yaml");
    if (options.mapping === undefined && !existsSync(beside)) {
      throw new LongitudeError(MAPPING_FILE, `${folder} has no mapping.yaml, and no other mapping is named`);
    }
    const mapping = await readMapping(options.mapping ?? beside);
    return { format, mapping, ...(await sized(mappedFiles(mapping, folder))) };
  }
  const data = join(options.input, "data");
  const dataset = format === "meds" && existsSync(data);
  const files = (dataset ? await filesAt(data) : all).filter((file) => ENDINGS[format].test(file));
  if (files.length === 0) throw new LongitudeError(INPUT_EMPTY, `no ${format} files at ${options.input}`);
  const found = await sized(files, format === "fhir" ? (position) => fileLabel(files, position) : undefined);
  return format === "fhir"
    ? { format, ...found }
    : { format, root: dataset ? options.input : null, ...found };
}

/** The file itself, or all files below the folder in one order on every machine; hidden files and folders are not read. */
async function filesAt(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => !/(^|[\\/])\./.test(relative(path, file)))
      .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  } catch (cause) {
    throw new LongitudeError(INPUT_UNREADABLE, `cannot read ${path}`, { cause });
  }
}

function detectFormat(files: readonly string[], options: IngestOptions): InputFiles["format"] {
  if (files.length === 0) throw new LongitudeError(INPUT_EMPTY, `${options.input} has no files`);
  if (options.mapping !== undefined) return "csv";
  if (files.every(isHl7File)) return "hl7v2";
  if (looksLikeOmop(files) && !files.some((file) => basename(file) === "mapping.yaml")) return "omop";
  const formats = (["meds", "fhir", "ccda", "csv"] as const).filter((name) =>
    files.some((file) => ENDINGS[name].test(file)),
  );
  // A folder with codes.parquet and dataset.json is MEDS, although the latter ends like FHIR.
  const format = formats[0] === "meds" ? "meds" : formats.length === 1 ? formats[0] : undefined;
  if (format !== undefined) return format;
  throw new LongitudeError(
    FORMAT_UNKNOWN,
    `the ${files.length} file(s) at ${options.input} look like ${formats.length === 0 ? "no known format" : formats.join(" and ")}`,
  );
}

/**
 * What messages call a file of a FHIR export. Bundles are often named after the person they are about, so only a name
 * that begins with a resource type is repeated.
 */
export function fileLabel(files: readonly string[], position: number): string {
  const name = basename(files[position]!);
  const type = /^[A-Za-z]+/.exec(name)?.[0] ?? "";
  return R4_RESOURCE_TYPES.has(type) ? name : `file ${position + 1} of ${files.length} (by path)`;
}

async function sized(
  files: readonly string[],
  label = (position: number) => files[position]!,
): Promise<Sized> {
  const sizes: number[] = [];
  for (const [position, file] of files.entries()) {
    const { size } = await stat(file);
    if (size === 0) throw new LongitudeError(INPUT_FILE_EMPTY, `${label(position)} is empty`);
    sizes.push(size);
  }
  return { files, bytes: sizes.reduce((sum, size) => sum + size, 0), sizes };
}
