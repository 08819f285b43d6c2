/** `longitude vet reviewer`, `propose`, `sample`: who vets, and what. */
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { stringify } from "yaml";
import { replaceFile } from "../../artefacts/durable.ts";
import { systemEffects } from "../../effects/effects.ts";
import { createRandom } from "../../effects/random.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { VETTING_ITEM, VETTING_REVIEWER } from "../../errors/registry.ts";
import { type Proposal, propose, proposeSample } from "../../vetting/queue/propose.ts";
import { vettingArea } from "../../vetting/queue/vetting-tables.ts";
import { drawSample, neighbourhood, STRATA, stratumOf } from "../../vetting/sampling/draw-sample.ts";
import { contentHash, outcomeContent } from "../../vetting/statements/content-hash.ts";
import {
  createSigningKey,
  REVIEWER_ROLES,
  REVIEWERS_FILE,
  readReviewers,
} from "../../vetting/statements/reviewers.ts";
import { build } from "../build.ts";
import { withState } from "../open-site-state.ts";
import { readSite } from "../read-site.ts";
import { withInterrupt } from "../run-verb.ts";
import { readVettingFiles } from "../site-vetting.ts";
import { readHistories } from "../stages/read-histories.ts";
import { print, type VetFlags, vetVerb } from "./vet-flags.ts";

const OUTCOME_GUIDELINE =
  "Approve when the codes, value limits, population, washout and gap say what clinicians mean by this outcome, nothing that belongs is missing, and nothing else is in it. State the source you compared with.";
const LABEL_GUIDELINE =
  "Read the whole record. Present: it shows that the person had the outcome, by diagnosis, result or treatment. Absent: it does not. Uncertain: it points both ways.";

export function proposeCommands(): Command[] {
  return [reviewerCommand(), proposeCommand(), sampleCommand()];
}

interface ReviewerFlags extends VetFlags {
  readonly id: string;
  readonly name: string;
  readonly role: (typeof REVIEWER_ROLES)[number][];
  readonly demonstration?: boolean;
  readonly key?: string;
}

function reviewerCommand(): Command {
  return vetVerb("reviewer", "Add a reviewer to the site; a signer gets a pair of keys.")
    .requiredOption("--id <id>", "short and stable, e.g. an e-mail address")
    .requiredOption("--name <name>", "as it stands in reports")
    .addOption(
      new Option("--role <roles...>", "what they may do").choices([...REVIEWER_ROLES]).default(["reviewer"]),
    )
    .option("--demonstration", "no clinician: what only such people vetted is not for clinical use")
    .option("--key <file>", "for a signer: where to write the private key; keep it with its owner")
    .action(async (flags: ReviewerFlags) => {
      const site = await readSite(flags.site);
      const folder = resolve(site.folder, site.configuration.vetting.folder);
      const path = join(folder, REVIEWERS_FILE);
      const known = await readReviewers(path);
      if (known.some(({ id }) => id === flags.id)) {
        throw new LongitudeError(VETTING_REVIEWER, "a reviewer of that id is listed already");
      }
      const signer = flags.role.includes("signer");
      if (signer !== (flags.key !== undefined)) {
        throw new LongitudeError(VETTING_REVIEWER, "--key goes with the role signer, and only with it");
      }
      const pair = signer ? createSigningKey() : null;
      if (pair !== null) {
        await writeFile(flags.key ?? "", pair.privateKeyPem, { flag: "wx", mode: 0o600 });
      }
      const reviewer = {
        id: flags.id,
        name: flags.name,
        roles: flags.role,
        ...(pair === null ? {} : { publicKey: pair.publicKey }),
        ...(flags.demonstration === true ? { demonstration: true } : {}),
      };
      await mkdir(folder, { recursive: true });
      await replaceFile(path, stringify({ reviewers: [...known, reviewer] }));
      print(flags, "longitude.reviewer/1", { reviewer }, `added ${flags.id} to ${path}\n`);
    });
}

function proposeCommand(): Command {
  return vetVerb(
    "propose",
    "Put the site's outcomes and the definitions of its definitions.yaml into the queue.",
  )
    .requiredOption("--as <id>", "who proposes, for the audit log")
    .option("--name <names...>", "only outcomes and definitions of these names")
    .action(async (flags: VetFlags & { as: string; name?: string[] }) => {
      const site = await readSite(flags.site);
      const { outcomes, vetting } = site.configuration;
      const { definitions } = await readVettingFiles(site.folder, vetting);
      const everything: Proposal[] = [
        ...outcomes.list.map((written) => ({
          kind: "outcome" as const,
          name: written.name,
          content: outcomeContent(written),
          guideline: OUTCOME_GUIDELINE,
        })),
        ...definitions,
      ];
      const proposals = everything.filter(({ name }) => flags.name?.includes(name) !== false);
      const added = await withState(site, [vettingArea], (state) =>
        state.transaction((tx) => propose(tx, proposals, flags.as, systemEffects.now())),
      );
      const text = `${added.length} new items; ${proposals.length - added.length} are waiting already\n${added.map((id) => `${id}\n`).join("")}`;
      print(flags, "longitude.vetting-proposed/1", { added, waiting: proposals.length - added.length }, text);
    });
}

interface SampleFlags extends VetFlags {
  readonly as: string;
  readonly outcome: string;
  readonly perStratum: number;
  readonly seed: string;
}

function sampleCommand(): Command {
  return vetVerb("sample", "Draw charts for review: people found by the definition, near misses, and others.")
    .requiredOption("--as <id>", "who draws, for the audit log")
    .requiredOption("--outcome <name>", "the outcome whose definition is judged")
    .option("--per-stratum <count>", "charts from each stratum", wholeNumber, 50)
    .option("--seed <seed>", "another seed draws other people", "1")
    .action(async (flags: SampleFlags) => {
      const site = await readSite(flags.site);
      const { outcomes, cohort, vetting } = site.configuration;
      const k = outcomes.list.findIndex(({ name }) => name === flags.outcome);
      const written = outcomes.list[k];
      if (written === undefined)
        throw new LongitudeError(VETTING_ITEM, "the site has no outcome of that name");
      await readVettingFiles(site.folder, vetting);
      const report = await withInterrupt((signal) =>
        build(site, systemEffects, { targets: ["records"], signal, json: true }),
      );
      const { histories } = await readHistories(report.stages[0]?.folder ?? "", cohort, outcomes);
      const near = neighbourhood(written);
      const people = new Map(STRATA.map((name) => [name, [] as string[]]));
      for (const history of histories)
        people.get(stratumOf(history, k, near))?.push(String(history.subjectId));
      const hash = contentHash(outcomeContent(written));
      const random = createRandom(`${hash}/${flags.seed}`);
      const sample = drawSample(written, hash, people, flags.perStratum, flags.seed, random);
      const isNew = await withState(site, [vettingArea], (state) =>
        state.transaction((tx) => proposeSample(tx, sample, LABEL_GUIDELINE, flags.as, systemEffects.now())),
      );
      const rows = sample.strata.map(
        ({ name, population, drawn }) => `  ${name.padEnd(10)} ${drawn} of ${population}\n`,
      );
      print(
        flags,
        "longitude.vetting-sample/1",
        { sample: sample.id, new: isNew, strata: sample.strata },
        `${isNew ? "drew" : "drawn before:"} ${sample.id}\n${rows.join("")}`,
      );
    });
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError("a whole number above 0");
  return Number(text);
}
