/**
 * `longitude demo`: from the example's FHIR export to a report, as a hospital would run it on its own export.
 * The site it makes is an ordinary one; every other verb works on it afterwards.
 */
import { cp, mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { parseDocument } from "yaml";
import { replaceFile } from "../artefacts/durable.ts";
import { systemEffects } from "../effects/effects.ts";
import { writeOlmstedExample } from "../ingest/example/write-olmsted-example.ts";
import { createZone } from "../privacy/zone/open-zone.ts";
import { systemEntropy } from "../privacy/zone/system-entropy.ts";
import { zoneExists } from "../privacy/zone/zone.ts";
import { build } from "./build.ts";
import { makeRelease } from "./make-release.ts";
import { proofText, writeProof } from "./privacy-proof.ts";
import { publishReport } from "./publish-report.ts";
import { readSite, SITE_FILE } from "./read-site.ts";
import { releaseLine, verdictText } from "./release-text.ts";
import { withInterrupt } from "./run-verb.ts";
import { serveSite } from "./serve.ts";

const EXAMPLE = fileURLToPath(new URL("../../examples/olmsted", import.meta.url));

/** What `--short` changes: enough to see every stage work, too little for a good model. */
const SHORT_PERSONS = 2000;
const SHORT_SETTINGS: readonly (readonly [path: readonly string[], value: unknown])[] = [
  [["name"], "olmsted-short"],
  [["training", "depth"], 2],
  [["training", "epochs"], 2],
  [["queries", "ticks"], 4000],
  [["queries", "steps"], 60],
  [["queries", "evidencePersons"], 40],
  [["forecast", "simulatedPersons"], 40],
  // Among so few persons de-identification has to take the birth year of more of them to keep the risk under its limit.
  [["quality", "limits", "missingBirth"], 0.05],
  [["evaluation", "bootstrap"], 100],
];

interface DemoFlags {
  readonly site?: string;
  readonly short?: boolean;
  readonly json?: boolean;
  readonly serve: boolean;
}

export function demoCommand(): Command {
  return new Command("demo")
    .description("Build the example site from its FHIR export and publish its report.")
    .option("--site <dir>", "folder of the site (default: site/olmsted, with --short site/olmsted-short)")
    .option(
      "--short",
      `a sample of about ${SHORT_PERSONS} persons and a small model, to see that everything works`,
    )
    .option("--no-serve", "end when the site is finished; else its workspace is served, as --json never does")
    .option("--json", "print one JSON object on standard output, progress on standard error")
    .action(async ({ site, short = false, json = false, serve }: DemoFlags) => {
      const folder = resolve(site ?? (short ? "site/olmsted-short" : "site/olmsted"));
      const say = (text: string) => (json ? process.stderr : process.stdout).write(`${text}\n`);
      await prepare(folder, short, say);
      const opened = await readSite(folder);
      const { privacy } = opened.configuration;
      if (privacy !== undefined && !(await zoneExists(privacy.zone)))
        await createZone(privacy, systemEntropy);
      const report = await withInterrupt((signal) => build(opened, systemEffects, { signal, json }));
      await publishReport(opened, report.stages, say);
      if (privacy !== undefined) {
        const { proof, folder: proven } = await writeProof(opened, systemEffects, {
          records: report.stages.find(({ stage }) => stage === "records")!.folder,
        });
        say(proofText(proof, proven));
      }
      const made = await makeRelease(opened, report, { version: "1" }, systemEffects);
      say(`${verdictText(made.verdict)}${releaseLine(opened, made.release, made.made)}`.trimEnd());
      if (json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
      else if (serve) {
        say("\nThe finished site in a sandbox, for this machine alone:");
        await serveSite({ site: folder, port: 0, host: "127.0.0.1", sandbox: true, json: false });
      }
    });
}

/** Writes the export and longitude.yaml where they are missing; what is there is left as it is. */
async function prepare(folder: string, short: boolean, say: (text: string) => void): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) {
    if (name.startsWith(".export.partial-")) await rm(join(folder, name), { recursive: true, force: true });
  }
  const exported = join(folder, "export");
  if (!(await exists(exported))) {
    const startedAt = systemEffects.now();
    const { persons } = await writeOlmstedExample({
      format: "fhir",
      cohortDir: EXAMPLE,
      out: exported,
      overwrite: false,
      ...(short ? { sample: SHORT_PERSONS } : {}),
    });
    const seconds = (systemEffects.now() - startedAt) / 1000;
    say(`wrote the FHIR export of ${persons} persons to ${exported} in ${seconds.toFixed(1)} s`);
  }
  for (const name of ["vetting", "reasoning", join("governance", "card.yaml")])
    if (!(await exists(join(folder, name))))
      await cp(join(EXAMPLE, name), join(folder, name), { recursive: true });
  const siteFile = join(folder, SITE_FILE);
  if (!(await exists(siteFile))) await replaceFile(siteFile, await siteText(short));
}

async function siteText(short: boolean): Promise<string> {
  const text = await readFile(join(EXAMPLE, SITE_FILE), "utf8");
  if (!short) return text;
  const document = parseDocument(text);
  for (const [path, value] of SHORT_SETTINGS) document.setIn(path, value);
  return document.toString();
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}
