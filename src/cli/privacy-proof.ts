/** `longitude privacy sample`, `proof` and `verify`: what the gate asks for before anything is released. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { replaceFile } from "../artefacts/durable.ts";
import { type Effects, systemEffects } from "../effects/effects.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { PROOF_INVALID, REVIEW_FILE } from "../errors/registry.ts";
import { makeProof, releasedTexts } from "../privacy/proof/make-proof.ts";
import {
  checkProof,
  type PrivacyProof,
  proofKeyOf,
  type SignedProof,
} from "../privacy/proof/privacy-proof.ts";
import { proofPage } from "../privacy/proof/proof-page.ts";
import { reviewOf, sampleNotes } from "../privacy/proof/reviewed-notes.ts";
import { openZone } from "../privacy/zone/open-zone.ts";
import { systemEntropy } from "../privacy/zone/system-entropy.ts";
import { datasetContentHash } from "../timeline/content-hash.ts";
import { readDatasetLayout } from "../timeline/dataset-layout.ts";
import { currentArtefact } from "./pipeline.ts";
import { privacyOf } from "./privacy-of.ts";
import { readSite, type Site } from "./read-site.ts";
import { stages } from "./stages.ts";

const [PROOF_FILE, PROOF_PAGE] = ["proof.json", "proof.html"];

export function proofCommands(): Command[] {
  const verb = (name: string, description: string): Command =>
    new Command(name)
      .description(description)
      .requiredOption("--site <dir>", "folder with longitude.yaml")
      .option("--json", "print one JSON object on standard output", false);
  return [
    verb("proof", "Scan the whole de-identified store and write the signed proof, as JSON and as a page.")
      .option("--reviewed <file>", "the sample of `privacy sample`, with what its readers have found")
      .action(async ({ site, reviewed, json }: { site: string; reviewed?: string; json: boolean }) => {
        const opened = await readSite(site);
        const { proof, folder } = await writeProof(opened, systemEffects, { reviewed });
        process.stdout.write(json ? `${JSON.stringify(proof)}\n` : `${proofText(proof, folder)}\n`);
        if (proof.checks.some(({ holds }) => !holds))
          throw new LongitudeError(PROOF_INVALID, "not all checks of the proof hold");
      }),
    verb(
      "verify",
      "Check a proof: its signature, that it is of the records as they are now, and that all checks hold.",
    )
      .option("--proof <file>", "the proof (default: the site's own)")
      .action(async ({ site, proof, json }: { site: string; proof?: string; json: boolean }) => {
        const checked = await verifyProof(await readSite(site), proof);
        process.stdout.write(
          json
            ? `${JSON.stringify({ holds: true, store: checked.store, at: checked.at })}\n`
            : `the proof of ${checked.at} holds: ${checked.checks.length} checks, profile ${checked.report.profile}\n`,
        );
      }),
    verb(
      "sample",
      "Draw de-identified texts for people to read; what they find makes the recall of the proof.",
    )
      .option("--notes <n>", "how many", "100")
      .requiredOption("--out <file>", "file to write")
      .action(async ({ site, notes, out }: { site: string; notes: string; out: string }) => {
        const opened = await readSite(site);
        const records = await recordsOf(opened);
        const sample = sampleNotes(await releasedTexts(records), Number(notes), await storeOf(records));
        await writeFile(resolve(out), sample, { flag: "wx", mode: 0o600 });
        process.stdout.write(
          `wrote ${sample.split("\n").length - 1} texts to ${out}: put the number of identifiers that you still find in each into "missed"\n`,
        );
      }),
  ];
}

/** Makes the proof of the site's records and puts it into `SITE/privacy`. @param records their folder, where it is known */
export async function writeProof(
  site: Site,
  effects: Effects,
  { records, reviewed }: { readonly records?: string; readonly reviewed?: string | undefined } = {},
): Promise<{ proof: PrivacyProof; folder: string }> {
  const config = privacyOf(site);
  const folderOf = records ?? (await recordsOf(site));
  const review =
    reviewed === undefined ? null : reviewOf(await reviewText(reviewed), await releasedTexts(folderOf));
  const task = { site: site.configuration.name, config, records: folderOf, review };
  const signed: SignedProof = await makeProof(task, effects, systemEntropy);
  const folder = join(site.folder, "privacy");
  await mkdir(folder, { recursive: true });
  await replaceFile(join(folder, PROOF_PAGE), proofPage(signed));
  await replaceFile(join(folder, PROOF_FILE), `${JSON.stringify(signed, null, 2)}\n`);
  return { proof: signed.proof, folder };
}

/** The proof of the site's records as they are now. @param records their folder, where it is known @throws PROOF_INVALID */
export async function verifyProof(
  site: Site,
  file = join(site.folder, "privacy", PROOF_FILE),
  records?: string,
): Promise<PrivacyProof> {
  const config = privacyOf(site);
  let content: unknown;
  try {
    content = JSON.parse(await readFile(file, "utf8"));
  } catch (cause) {
    throw new LongitudeError(PROOF_INVALID, `${file} cannot be read as JSON`, { cause });
  }
  const zone = await openZone(config, systemEntropy);
  return checkProof(content, {
    store: await storeOf(records ?? (await recordsOf(site))),
    profile: config.profile,
    publicKey: await proofKeyOf(zone),
  });
}

export function proofText({ checks, report, residual, review }: PrivacyProof, folder: string): string {
  const { risk, profile } = report;
  const read = Object.values(residual.read).reduce((sum, n) => sum + n, 0);
  const held = checks.filter(({ holds }) => holds).length;
  const recall =
    review === null
      ? "no notes reviewed yet"
      : `recall ${review.recall.value.toFixed(4)} (${review.recall.low.toFixed(4)} to ${review.recall.high.toFixed(4)}, n = ${review.recall.n})`;
  return `privacy proof: ${held} of ${checks.length} checks hold; ${profile}; k = ${risk.k}, greatest risk ${risk.prosecutor.greatest.toFixed(3)}; ${read.toLocaleString("en-US")} values scanned for ${residual.identifiers.toLocaleString("en-US")} identifiers; ${recall}\n${join(folder, PROOF_PAGE)}`;
}

async function recordsOf(site: Site): Promise<string> {
  return (await currentArtefact(site, stages, "records")).folder;
}

async function storeOf(records: string): Promise<string> {
  return datasetContentHash(await readDatasetLayout(records));
}

async function reviewText(file: string): Promise<string> {
  try {
    return await readFile(resolve(file), "utf8");
  } catch (cause) {
    throw new LongitudeError(REVIEW_FILE, `${file} cannot be read`, { cause });
  }
}
