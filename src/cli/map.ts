/** `longitude map --propose`: drafts a mapping.yaml from CSV files, and shows what comes of it. */
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { Command } from "commander";
import { systemEffects } from "../effects/effects.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { INPUT_EMPTY, OUTPUT_EXISTS, USAGE_INVALID } from "../errors/registry.ts";
import { type Proposal, proposeMapping } from "../ingest/csv/propose/propose-mapping.ts";
import { ingest } from "../ingest/ingest.ts";
import type { IngestReport } from "../ingest/ingest-report.ts";
import { copiedCodesText, tallyText } from "../ingest/report-text.ts";
import { createProgressLine } from "./progress-line.ts";
import { withInterrupt } from "./run-verb.ts";

interface MapFlags {
  readonly propose?: boolean;
  readonly input: string;
  readonly out?: string;
  readonly overwrite: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
}

export function mapCommand(): Command {
  return new Command("map")
    .description("Draft a mapping for CSV files from their headers and values, and try it.")
    .requiredOption("--input <path>", "folder with CSV files, or one of them; plain or gzip")
    .option("--propose", "draft the mapping (the only thing this verb does, said aloud)")
    .option("--out <file>", "where to write it (default: mapping.yaml beside the files)")
    .option("--overwrite", "replace what stands at --out", false)
    .option("--no-dry-run", "do not read the files with the draft to count what comes of it")
    .option(
      "--json",
      "print one JSON object on standard output; everything else goes to standard error",
      false,
    )
    .addHelpText(
      "after",
      `
A draft is to be read by somebody who knows the data: every guess in it says how far it may be trusted and why.
Guide: docs/guides/csv.md

Example:
  longitude map --propose --input tables --out mapping.yaml`,
    )
    .action((flags: MapFlags) => withInterrupt((signal) => run(flags, signal)));
}

async function run(flags: MapFlags, signal: AbortSignal): Promise<void> {
  if (flags.propose !== true) throw new LongitudeError(USAGE_INVALID, "say --propose");
  const input = resolve(flags.input);
  const folder = (await stat(input)).isDirectory() ? input : dirname(input);
  const out = resolve(flags.out ?? join(folder, "mapping.yaml"));
  if (existsSync(out) && !flags.overwrite) throw new LongitudeError(OUTPUT_EXISTS, `${out} exists`);
  const say = (text: string): void => void (flags.json ? process.stderr : process.stdout).write(text);
  const paths = await csvFiles(input);
  const proposal = await proposeMapping(paths, basename(folder));
  await writeFile(out, proposal.text);
  say(`wrote ${out}: ${summary(proposal)}\n`);
  const report = flags.dryRun ? await tryOut(folder, out, signal) : null;
  if (report !== null) {
    say(tallyText(report));
    say(copiedCodesText(report.copiedCodes));
  }
  say("read it before anything is built on it, then: longitude ingest --format csv --input … --mapping …\n");
  if (flags.json) {
    const { guesses, leftOut } = proposal;
    const figures = { schema: "longitude.map/1", out, guesses, leftOut, report };
    process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
  }
}

async function csvFiles(input: string): Promise<string[]> {
  if ((await stat(input)).isFile()) return [input];
  const names = (await readdir(input)).filter((name) => /\.(csv|tsv)(\.gz)?$/i.test(name)).sort();
  if (names.length === 0) throw new LongitudeError(INPUT_EMPTY, `no CSV files at ${input}`);
  return names.map((name) => join(input, name));
}

function summary({ guesses: { sure, likely, guess }, leftOut }: Proposal): string {
  const rest = leftOut.length === 0 ? "" : `; left out: ${leftOut.join(", ")}`;
  return `${sure} guesses are sure, ${likely} likely, ${guess} to be checked${rest}`;
}

/** Reads everything with the draft into a folder that is thrown away. */
async function tryOut(folder: string, mapping: string, signal: AbortSignal): Promise<IngestReport> {
  const line = createProgressLine(process.stderr, systemEffects);
  const work = await mkdtemp(join(tmpdir(), "longitude-map-"));
  try {
    const options = {
      format: "csv",
      input: folder,
      mapping,
      out: join(work, "records"),
      rejectLimit: 1,
    } as const;
    for await (const event of ingest(options, systemEffects)) {
      signal.throwIfAborted();
      if (event.kind === "done") return event.report;
      if (event.kind === "progress" && event.stage === "reading")
        line.show("dry run", {
          step: "reading",
          done: event.candidates,
          total: null,
          unit: "candidate events",
        });
    }
    throw new TypeError("the ingest ended without its report");
  } finally {
    line.clear();
    await rm(work, { recursive: true, force: true });
  }
}
