/** `longitude outcomes`: outcomes from and to ACES task files, and their labels as MEDS label Parquet. */
import { readFile, writeFile } from "node:fs/promises";
import { basename, extname, resolve } from "node:path";
import { Command } from "commander";
import { stringify } from "yaml";
import { yamlOutOfBounds } from "../artefacts/yaml-bounds.ts";
import { systemEffects } from "../effects/effects.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { ACES_INVALID } from "../errors/registry.ts";
import { parseAces } from "../vetting/aces/aces-task.ts";
import { exportAces } from "../vetting/aces/export-aces.ts";
import { importAces } from "../vetting/aces/import-aces.ts";
import { resolveOutcomes } from "../vetting/outcome-definition.ts";
import { writeLabels } from "../vetting/write-labels.ts";
import { build } from "./build.ts";
import { artefactOf } from "./governance-folder.ts";
import { readSite } from "./read-site.ts";
import { withInterrupt } from "./run-verb.ts";
import { readHistories } from "./stages/read-histories.ts";

export function outcomesCommand(): Command {
  const outcomes = new Command("outcomes").description(
    "Read and write ACES task files, and write labels as MEDS label Parquet.",
  );
  outcomes
    .command("import")
    .description("Turn an ACES task file into the `outcomes:` section of longitude.yaml.")
    .argument("<file>", "the task, YAML")
    .option("--predicates <file>", "predicates of the data set, which replace those of the same name")
    .option("--name <name>", "name of the outcome (default: the file's name)")
    .option("--out <file>", "file to write (default: standard output)")
    .option("--json", "print one JSON object on standard output")
    .action(
      async (file: string, flags: { predicates?: string; name?: string; out?: string; json?: boolean }) => {
        const more = flags.predicates === undefined ? undefined : await read(flags.predicates);
        const task = parseAces(await read(file), more);
        const { outcomes: section, notes } = importAces(task, flags.name ?? nameOf(file));
        const text = stringify({ outcomes: section });
        if (flags.out !== undefined) await writeFile(resolve(flags.out), text);
        if (flags.json === true) {
          process.stdout.write(
            `${JSON.stringify({ schema: "longitude.aces-import/1", outcomes: section, notes }, null, 2)}\n`,
          );
          return;
        }
        for (const note of notes) process.stderr.write(`note: ${note}\n`);
        if (flags.out === undefined) process.stdout.write(text);
        else process.stderr.write(`wrote ${resolve(flags.out)}\n`);
      },
    );
  outcomes
    .command("export")
    .description("Write one outcome of a site as an ACES task file.")
    .requiredOption("--site <dir>", "folder with longitude.yaml")
    .requiredOption("--outcome <name>", "the outcome")
    .requiredOption("--at <landmark>", "the prediction time, as in longitude.yaml")
    .requiredOption("--horizon <duration>", "the horizon, as in longitude.yaml")
    .option("--out <file>", "file to write (default: standard output)")
    .option("--json", "print one JSON object on standard output")
    .action(
      async (flags: {
        site: string;
        outcome: string;
        at: string;
        horizon: string;
        out?: string;
        json?: boolean;
      }) => {
        const { configuration } = await readSite(flags.site);
        const { outcome, at: landmark, horizon } = flags;
        const text = exportAces(configuration.outcomes, configuration.cohort, { outcome, landmark, horizon });
        if (flags.out !== undefined) await writeFile(resolve(flags.out), text);
        if (flags.json === true)
          process.stdout.write(
            `${JSON.stringify({ schema: "longitude.aces-export/1", task: text }, null, 2)}\n`,
          );
        else if (flags.out === undefined) process.stdout.write(text);
        else process.stderr.write(`wrote ${resolve(flags.out)}\n`);
      },
    );
  outcomes
    .command("labels")
    .description("Write the labels of every outcome, prediction time and horizon as MEDS label Parquet.")
    .requiredOption("--site <dir>", "folder with longitude.yaml")
    .requiredOption("--out <dir>", "folder for OUTCOME/PREDICTION_TIME/HORIZON/SPLIT.parquet")
    .option("--json", "print one JSON object on standard output, progress on standard error")
    .action(async (flags: { site: string; out: string; json?: boolean }) => {
      const site = await readSite(flags.site);
      const built = await withInterrupt((signal) =>
        build(site, systemEffects, { targets: ["records"], signal, json: true }),
      );
      const { cohort, outcomes: section } = site.configuration;
      const { histories, splits } = await readHistories(artefactOf(built, "records").folder, cohort, section);
      const tasks = await writeLabels(histories, splits, resolveOutcomes(section), resolve(flags.out));
      if (flags.json === true) {
        process.stdout.write(`${JSON.stringify({ schema: "longitude.labels/1", tasks }, null, 2)}\n`);
        return;
      }
      for (const { folder, splits: counts, censored } of tasks) {
        const parts = Object.entries(counts).map(
          ([split, { labels, positive }]) => `${split} ${positive} of ${labels}`,
        );
        process.stdout.write(`${folder}: ${parts.join(", ")}; ${censored} censored before\n`);
      }
    });
  return outcomes;
}

async function read(file: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(resolve(file), "utf8");
  } catch (cause) {
    throw new LongitudeError(ACES_INVALID, `${file} cannot be read`, { cause });
  }
  if (yamlOutOfBounds(text))
    throw new LongitudeError(ACES_INVALID, `${file} is larger, or nested deeper, than any task is`);
  return text;
}

function nameOf(file: string): string {
  const name = basename(file, extname(file))
    .replace(/[^A-Za-z0-9-]+/g, " ")
    .trim();
  return /^[A-Za-z]/.test(name) ? name : `task ${name}`;
}
