/** `longitude export`: writes a model's body as one file for engines that do not read its folder. */

import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { Command, Option } from "commander";
import { systemEffects } from "../effects/effects.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { OUTPUT_EXISTS, USAGE_INVALID } from "../errors/registry.ts";
import { readCheckpoint } from "../training/checkpoint.ts";
import { exportGguf, GGUF_TYPES, type GgufType } from "../training/export/export-gguf.ts";
import { build } from "./build.ts";
import { readSite } from "./read-site.ts";
import { withInterrupt } from "./run-verb.ts";

interface ExportFlags {
  readonly site?: string;
  readonly model?: string;
  readonly format: "gguf";
  readonly type: GgufType;
  readonly out: string;
  readonly json?: boolean;
}

export function exportCommand(): Command {
  return new Command("export")
    .description("Write a model's body as one file for other engines, e.g. GGUF for llama.cpp.")
    .option("--site <dir>", "folder with longitude.yaml; its model is built first where it is missing")
    .option("--model <folder>", "a checkpoint's folder instead")
    .addOption(new Option("--format <name>", "format of the file").choices(["gguf"]).makeOptionMandatory())
    .addOption(
      new Option("--type <name>", "of the numbers in matrices").choices([...GGUF_TYPES]).default("f16"),
    )
    .requiredOption("--out <file>", "file to write")
    .option("--json", "print one JSON object on standard output, progress on standard error")
    .addHelpText(
      "after",
      `
The onset head, the query head and the value bins stay in the checkpoint. Guide: docs/guides/other-engines.md

Example:
  longitude export --site site/olmsted --format gguf --out olmsted.gguf`,
    )
    .action(runExport);
}

async function runExport(flags: ExportFlags): Promise<void> {
  const { format, type, json = false } = flags;
  const out = resolve(flags.out);
  if (existsSync(out))
    throw new LongitudeError(OUTPUT_EXISTS, `${out} exists`, { remedy: "Name a new file with --out." });
  const model = await modelFolder(flags);
  const checkpoint = await readCheckpoint(model);
  await mkdir(dirname(out), { recursive: true });
  const result = exportGguf(checkpoint, out, type, basename(model));
  const count = (value: number) => value.toLocaleString("en-US");
  process.stdout.write(
    json
      ? `${JSON.stringify({ schema: "longitude.export/1", format, type, model, ...result, out }, null, 2)}\n`
      : `${result.family}, ${count(result.parameters)} parameters in ${result.tensors} tensors, ${count(result.bytes)} bytes\nwrote ${out}\n`,
  );
}

async function modelFolder({ site, model, json = false }: ExportFlags): Promise<string> {
  if ((site === undefined) === (model === undefined))
    throw new LongitudeError(USAGE_INVALID, "name either a site (--site) or a checkpoint's folder (--model)");
  if (model !== undefined) return resolve(model);
  const opened = await readSite(site as string);
  const report = await withInterrupt((signal) =>
    build(opened, systemEffects, { targets: ["model"], signal, json }),
  );
  const made = report.stages.find(({ stage }) => stage === "model");
  if (made === undefined) throw new TypeError("the site has no model");
  return made.folder;
}
