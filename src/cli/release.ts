/**
 * `longitude gate`, `waive`, `release`, `approve`: what governs which model is served.
 * Nothing here trains or measures; what is missing of the build is made first.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Command, Option } from "commander";
import { systemEffects } from "../effects/effects.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { RELEASE_FORBIDDEN, WAIVER_INVALID } from "../errors/registry.ts";
import { judgeGates } from "../governance/gates/judge-gates.ts";
import { SILENT_GATE } from "../governance/gates/silent-gate.ts";
import { readPeople } from "../governance/people.ts";
import { verifyRelease } from "../governance/release/manifest.ts";
import { requireRelease } from "../governance/release/registry.ts";
import { governanceArea } from "../governance/statements/governance-tables.ts";
import { readStatements } from "../governance/statements/record-statement.ts";
import { refuseClockSetBack } from "../governance/statements/refuse-clock.ts";
import { build } from "./build.ts";
import { evidenceBundle, gatesOf, governanceFile } from "./governance-folder.ts";
import { dayOf, judge, makeRelease } from "./make-release.ts";
import { requireApprovable, requireLastDay } from "./may-state.ts";
import { withState } from "./open-site-state.ts";
import { readSite, type Site } from "./read-site.ts";
import { releaseLine, verdictText } from "./release-text.ts";
import { withInterrupt } from "./run-verb.ts";
import { keyOfEnclosingSite, printStated, type Signing, signed, signingCommand, siteKey } from "./signing.ts";

export function gateCommand(): Command {
  return new Command("gate")
    .description("Judge a site's model by its gates and say what may be done with it.")
    .requiredOption("--site <dir>", "folder with longitude.yaml")
    .option("--external <dir>", "evidence on records from elsewhere, written by `longitude validate`")
    .option("--gates <file>", "gates (default: governance/gates.yaml of the site, else the strict default)")
    .addOption(
      new Option("--require <verdict>", "fail unless the verdict is this one or better").choices([
        "deploy",
        "silent",
      ]),
    )
    .option("--json", "print one JSON object on standard output, progress on standard error")
    .action(
      async (flags: {
        site: string;
        external?: string;
        gates?: string;
        require?: "deploy" | "silent";
        json?: boolean;
      }) => {
        const site = await readSite(flags.site);
        const built = await buildAll(site, flags.json);
        const gates = await gatesOf(site, flags.gates);
        const bundle = await evidenceBundle(site, built, gates, flags.external);
        const people = await readPeople(governanceFile(site, "people.yaml"));
        const verdict = await withState(site, [governanceArea], async (state) =>
          state.transaction(async (tx) => {
            await refuseClockSetBack(tx, systemEffects.now());
            return judge(gates, bundle, await readStatements(tx), people, systemEffects);
          }),
        );
        process.stdout.write(
          flags.json === true ? `${JSON.stringify(verdict, null, 2)}\n` : verdictText(verdict),
        );
        const reached = ["do not deploy", "silent only"].indexOf(verdict.verdict);
        if (flags.require !== undefined && reached !== -1 && reached < (flags.require === "deploy" ? 2 : 1))
          throw new LongitudeError(RELEASE_FORBIDDEN, `the verdict is: ${verdict.verdict}`);
      },
    );
}

export function waiveCommand(): Command {
  return signingCommand(
    "waive",
    "Take the responsibility for a gate that failed, with a reason, until a day.",
  )
    .requiredOption("--gate <id>", "the gate")
    .option("--outcome <name>", "for this outcome only (default: for all)")
    .option("--release <id>", `with --gate ${SILENT_GATE}: the release that runs silent, by id or alias`)
    .requiredOption("--until <day>", "last day on which it counts, YYYY-MM-DD")
    .action(async (flags: Waiving) => {
      const site = await readSite(flags.site);
      const today = dayOf(systemEffects.now());
      requireLastDay(flags.until, today);
      const { gate, outcome = null, until, reason, as: by, release } = flags;
      const ofRelease = gate === SILENT_GATE;
      if (ofRelease !== (release !== undefined))
        throw new LongitudeError(
          WAIVER_INVALID,
          ofRelease ? `${gate} is of a release: name it with --release` : `${gate} is of the model as built`,
        );
      const built = ofRelease ? null : await failingModel(site, flags, today);
      await signed(site, flags, "governance", (at, registered) => {
        const subject = built ?? requireRelease(registered, release ?? "").model;
        return { kind: "waiver", subject, at, by, gate, outcome, reason, until };
      });
      printStated(flags, `gate ${gate} is waived until ${until}`, { gate, outcome, until, by });
    });
}

interface Waiving extends Signing {
  readonly gate: string;
  readonly outcome?: string;
  readonly release?: string;
  readonly until: string;
}

/** @returns the model that the site has built @throws LongitudeError WAIVER_INVALID when it does not fail the gate */
async function failingModel(site: Site, { gate, outcome }: Waiving, today: string): Promise<string> {
  const gates = await gatesOf(site, undefined);
  const bundle = await evidenceBundle(site, await buildAll(site, true), gates, undefined);
  const failing = judgeGates(gates, bundle, [], today).tasks.some(
    (task) =>
      (outcome === undefined || outcome === task.outcome) &&
      task.gates.some((result) => result.gate === gate && !result.passed),
  );
  if (!failing) throw new LongitudeError(WAIVER_INVALID, `no outcome named fails gate ${gate}`);
  return bundle.model;
}

export function releaseCommand(): Command {
  const release = new Command("release").description("Make and verify signed releases.");
  release
    .command("create")
    .description("Put checkpoint, evidence, definitions, verdict and card into one signed folder.")
    .requiredOption("--site <dir>", "folder with longitude.yaml")
    .requiredOption("--version <text>", "what people call it, e.g. 1.0")
    .option("--external <dir>", "evidence on records from elsewhere, written by `longitude validate`")
    .option("--gates <file>", "gates (default: governance/gates.yaml of the site, else the strict default)")
    .option("--json", "print one JSON object on standard output, progress on standard error")
    .action(
      async (flags: { site: string; version: string; external?: string; gates?: string; json?: boolean }) => {
        const site = await readSite(flags.site);
        const built = await buildAll(site, flags.json);
        const {
          release: made,
          verdict,
          made: isNew,
          change,
        } = await makeRelease(site, built, flags, systemEffects);
        process.stdout.write(
          flags.json === true
            ? `${JSON.stringify({ release: made, made: isNew, verdict: verdict.verdict, words: verdict.words, change }, null, 2)}\n`
            : `${verdictText(verdict)}${releaseLine(site, made, isNew)}${change === null ? "" : `change from ${change.previous}: ${change.because}\n`}`,
        );
      },
    );
  release
    .command("verify")
    .description("Check that a release is byte for byte what was signed; ends with 0 only then.")
    .argument("<folder>", "the release")
    .option(
      "--key <text>",
      "the public key that must have signed it (base64, or a file with it; `longitude people site-key`)",
    )
    .option("--site <dir>", "the site whose key must have signed it")
    .option("--json", "print one JSON object on standard output")
    .addHelpText(
      "after",
      `
What is trusted: --key, else the key of --site, else the key of the site in which the folder lies (SITE/releases/ID). A folder
that was copied elsewhere, without either option, is checked against the key in its own manifest: that finds every change
after signing, but not a release that somebody else made and signed anew; the command then says so.`,
    )
    .action(async (folder: string, flags: { key?: string; site?: string; json?: boolean }) => {
      const [trusted, whose] = await trustedKey(resolve(folder), flags);
      const manifest = await verifyRelease(resolve(folder), trusted);
      const { id, model, version, verdict, files } = manifest;
      const count = Object.keys(files).length;
      if (trusted === null)
        process.stderr.write(
          "note: no trusted key is known here; name one with --key to know who signed it\n",
        );
      process.stdout.write(
        flags.json === true
          ? `${JSON.stringify({ id, model, version, verdict, files: count, trusted: trusted !== null, key: manifest.publicKey, keyFrom: whose }, null, 2)}\n`
          : `${id}: ${count} files untouched, signed with ${whose}; verdict: ${verdict}\n`,
      );
    });
  return release;
}

async function trustedKey(
  folder: string,
  { key, site }: { key?: string; site?: string },
): Promise<[string | null, string]> {
  if (key !== undefined) {
    const text = existsSync(key) ? await readFile(key, "utf8") : key;
    return [text.trim(), "the key that was named"];
  }
  if (site !== undefined) return [await siteKey(await readSite(site)), "the key of the site that was named"];
  const enclosing = await keyOfEnclosingSite(folder);
  return [
    enclosing,
    enclosing === null ? "the key in its own manifest" : "the key of the site that it lies in",
  ];
}

export function approveCommand(): Command {
  return signingCommand("approve", "Approve a release as one of two people in two roles.")
    .requiredOption("--release <id>", "the release")
    .addOption(
      new Option("--role <role>", "in which role").choices(["clinical", "technical"]).makeOptionMandatory(),
    )
    .action(async (flags: Signing & { release: string; role: "clinical" | "technical" }) => {
      const site = await readSite(flags.site);
      await signed(site, flags, flags.role, async (at, registry, people) => {
        const { as: by, role, reason, release: subject } = flags;
        await requireApprovable(site, registry, people, { subject, by, role });
        return { kind: "approval", subject, at, by, role, reason };
      });
      printStated(flags, `${flags.release} has the ${flags.role} approval`, {
        release: flags.release,
        role: flags.role,
        by: flags.as,
      });
    });
}

async function buildAll(site: Site, json: boolean | undefined) {
  return withInterrupt((signal) => build(site, systemEffects, { signal, json: json === true }));
}
