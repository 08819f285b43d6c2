/** `longitude import`: takes a Llama or Qwen2 model over as the start of a site's model. */
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { Command } from "commander";
import { systemEffects } from "../effects/effects.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { OUTPUT_EXISTS } from "../errors/registry.ts";
import { readVocabulary } from "../tokens/tokenize.ts";
import { importModel } from "../training/import/import-model.ts";
import { build } from "./build.ts";
import { readSite } from "./read-site.ts";
import { withInterrupt } from "./run-verb.ts";

interface ImportFlags {
  readonly site: string;
  readonly out?: string;
  readonly json?: boolean;
}

export function importCommand(): Command {
  return new Command("import")
    .description("Take a Llama or Qwen2 model over as the start of a site's model.")
    .argument("<folder>", "Hugging Face folder: config.json, tokenizer.json, safetensors")
    .requiredOption("--site <dir>", "folder with longitude.yaml; its clinical tokens join the vocabulary")
    .option("--out <dir>", "folder to write (default: imported/NAME in the site's folder)")
    .option("--json", "print one JSON object on standard output, progress on standard error")
    .action(async (folder: string, { site: siteFolder, out: stated, json = false }: ImportFlags) => {
      const site = await readSite(siteFolder);
      const out = resolve(stated ?? join(site.folder, "imported", basename(resolve(folder))));
      if (existsSync(out)) throw new LongitudeError(OUTPUT_EXISTS, `${out} exists`);
      const report = await withInterrupt((signal) =>
        build(site, systemEffects, { targets: ["tokens"], signal, json }),
      );
      const tokens = report.stages.find(({ stage }) => stage === "tokens");
      if (tokens === undefined) throw new TypeError("the site has no tokens");
      await mkdir(dirname(out), { recursive: true });
      const vocabulary = await readVocabulary(join(tokens.folder, "vocabulary.json"));
      const result = await importModel(resolve(folder), vocabulary, out);
      if (json) {
        process.stdout.write(
          `${JSON.stringify({ schema: "longitude.import/1", ...result, out }, null, 2)}\n`,
        );
        return;
      }
      process.stdout.write(
        `${result.family}, ${result.parameters.toLocaleString("en-US")} parameters: ${result.textTokens} text tokens kept, ${result.clinicalTokens} clinical tokens added\n` +
          `text logits at ${result.comparedPositions} positions differ by at most ${result.largestLogitDifference.toExponential(1)}\n` +
          `wrote ${out}; train on with\n  longitude train --site ${siteFolder} --from ${out}\n`,
      );
    });
}
