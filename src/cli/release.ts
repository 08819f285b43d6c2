/**
 * `longitude gate`, `waive`, `release`, `approve`, `registry`, `card`, `people`: what governs which model is served.
 * Nothing here trains or measures; what is missing of the build is made first.
 */
import { cp, mkdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { Command, Option } from "commander";
import { ownPrivateKey, publicKeyText, readPrivateKey } from "../artefacts/signed-json.ts";
import { systemEffects } from "../effects/effects.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { GOVERNANCE_FILE, RELEASE_FORBIDDEN, WAIVER_INVALID } from "../errors/registry.ts";
import { judgeGates } from "../governance/gates/judge-gates.ts";
import type { Verdict } from "../governance/gates/verdict.ts";
import { personWithKey, readPeople } from "../governance/people.ts";
import { verifyRelease } from "../governance/release/manifest.ts";
import {
  checkApproval,
  type RegisteredRelease,
  registryOf,
  requirePermission,
  requireRelease,
} from "../governance/release/registry.ts";
import { governanceArea } from "../governance/statements/governance-tables.ts";
import { readStatements, recordStatement } from "../governance/statements/record-statement.ts";
import { STAGES, type Statement } from "../governance/statements/statement.ts";
import type { StateTransaction } from "../state/open-state.ts";
import { isoTime } from "../state/value-parsers.ts";
import { build } from "./build.ts";
import { evidenceBundle, gatesOf, governanceFile, siteKeyFile } from "./governance-folder.ts";
import { dayOf, judge, makeRelease, readVerdict } from "./make-release.ts";
import { withState } from "./open-site-state.ts";
import { readSite, type Site } from "./read-site.ts";
import { withInterrupt } from "./run-verb.ts";

interface Signing {
  readonly site: string;
  readonly as: string;
  readonly key: string;
  readonly reason: string;
}

export function governanceCommands(): Command[] {
  return [
    gateCommand(),
    waiveCommand(),
    releaseCommand(),
    approveCommand(),
    registryCommand(),
    cardCommand(),
    peopleCommand(),
  ];
}

function gateCommand(): Command {
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
          judge(gates, bundle, await state.transaction(readStatements), people, systemEffects),
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

function waiveCommand(): Command {
  return signingCommand(
    "waive",
    "Take the responsibility for a gate that failed, with a reason, until a day.",
  )
    .requiredOption("--gate <id>", "the gate")
    .option("--outcome <name>", "for this outcome only (default: for all)")
    .requiredOption("--until <day>", "last day on which it counts, YYYY-MM-DD")
    .action(async (flags: Signing & { gate: string; outcome?: string; until: string }) => {
      const site = await readSite(flags.site);
      const gates = await gatesOf(site, undefined);
      const built = await buildAll(site, true);
      const bundle = await evidenceBundle(site, built, gates, undefined);
      const today = dayOf(systemEffects.now());
      const failing = judgeGates(gates, bundle, [], today).tasks.some(
        ({ outcome, gates: results }) =>
          (flags.outcome === undefined || flags.outcome === outcome) &&
          results.some(({ gate, passed }) => gate === flags.gate && !passed),
      );
      if (!failing) throw new LongitudeError(WAIVER_INVALID, `no outcome named fails gate ${flags.gate}`);
      if (!/^\d{4}-\d{2}-\d{2}$/.test(flags.until) || flags.until < today)
        throw new LongitudeError(WAIVER_INVALID, "its last day is past, or is no day");
      await signed(site, flags, "governance", (at) => ({
        kind: "waiver",
        subject: bundle.model,
        at,
        by: flags.as,
        gate: flags.gate,
        outcome: flags.outcome ?? null,
        reason: flags.reason,
        until: flags.until,
      }));
      process.stdout.write(`gate ${flags.gate} is waived until ${flags.until}\n`);
    });
}

function releaseCommand(): Command {
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
        const { release: made, verdict, made: isNew } = await makeRelease(site, built, flags, systemEffects);
        process.stdout.write(
          flags.json === true
            ? `${JSON.stringify({ release: made, made: isNew, verdict: verdict.verdict, words: verdict.words }, null, 2)}\n`
            : `${verdictText(verdict)}${releaseLine(site, made, isNew)}`,
        );
      },
    );
  release
    .command("verify")
    .description("Check that a release is byte for byte what was signed; ends with 0 only then.")
    .argument("<folder>", "the release")
    .option("--key <text>", "the public key that must have signed it (base64; `longitude people site-key`)")
    .option("--json", "print one JSON object on standard output")
    .action(async (folder: string, flags: { key?: string; json?: boolean }) => {
      const trusted = flags.key ?? (await keyOfEnclosingSite(resolve(folder)));
      const manifest = await verifyRelease(resolve(folder), trusted);
      const { id, model, version, verdict, files } = manifest;
      const by =
        trusted === null ? "the key in its own manifest (name a trusted one with --key)" : "the trusted key";
      process.stdout.write(
        flags.json === true
          ? `${JSON.stringify({ id, model, version, verdict, files: Object.keys(files).length, trusted: trusted !== null }, null, 2)}\n`
          : `${id}: ${Object.keys(files).length} files untouched, signed with ${by}; verdict: ${verdict}\n`,
      );
    });
  return release;
}

function approveCommand(): Command {
  return signingCommand("approve", "Approve a release as one of two people in two roles.")
    .requiredOption("--release <id>", "the release")
    .addOption(
      new Option("--role <role>", "in which role").choices(["clinical", "technical"]).makeOptionMandatory(),
    )
    .action(async (flags: Signing & { release: string; role: "clinical" | "technical" }) => {
      const site = await readSite(flags.site);
      await signed(site, flags, flags.role, async (at, registry, people) => {
        const release = requireRelease(registry, flags.release);
        checkApproval(release, people, flags.as, flags.role);
        await verifyRelease(join(site.folder, release.folder), await siteKey(site));
        return {
          kind: "approval",
          subject: release.id,
          at,
          by: flags.as,
          role: flags.role,
          reason: flags.reason,
        };
      });
      process.stdout.write(`${flags.release} has the ${flags.role} approval\n`);
    });
}

function registryCommand(): Command {
  const registry = new Command("registry")
    .description("List the releases of a site with stage, verdict and approvals.")
    .option("--site <dir>", "folder with longitude.yaml")
    .option("--json", "print one JSON object on standard output")
    .action(async (flags: { site?: string; json?: boolean }, command: Command) => {
      if (flags.site === undefined) command.error("error: required option '--site <dir>' not specified");
      const site = await readSite(flags.site as string);
      const releases = await readRegistry(site);
      process.stdout.write(
        flags.json === true
          ? `${JSON.stringify(
              {
                releases: releases.map((release) => ({
                  ...release,
                  folder: join(site.folder, release.folder),
                })),
              },
              null,
              2,
            )}\n`
          : releases.length === 0
            ? "no releases\n"
            : releases.map((release) => releaseLine(site, release, null)).join(""),
      );
    });
  const stage = signingCommand(
    "stage",
    "Move a release: silent, pilot, live, or back to stopped; or retire it.",
  )
    .requiredOption("--release <id>", "the release")
    .addOption(new Option("--to <stage>", "where to").choices(STAGES.slice(1)).makeOptionMandatory())
    .action(async (flags: Signing & { release: string; to: (typeof STAGES)[number] }) => {
      const site = await readSite(flags.site);
      await signed(site, flags, "governance", async (at, registered) => {
        const release = requireRelease(registered, flags.release);
        const folder = join(site.folder, release.folder);
        const manifest = await verifyRelease(folder, await siteKey(site));
        const today = dayOf(systemEffects.now());
        requirePermission(release, await readVerdict(folder), manifest.reviewBy, flags.to, today);
        return { kind: "stage", subject: release.id, at, by: flags.as, to: flags.to, reason: flags.reason };
      });
      process.stdout.write(`${flags.release} is ${flags.to}\n`);
    });
  registry.addCommand(stage);
  return registry;
}

function cardCommand(): Command {
  return new Command("card")
    .description("Write the model card of a release: HTML, JSON, and CHAI applied model card XML.")
    .argument("<folder>", "the release")
    .requiredOption("--out <dir>", "folder for card.html, card.json and card.xml")
    .action(async (folder: string, { out }: { out: string }) => {
      const from = resolve(folder);
      await verifyRelease(from, await keyOfEnclosingSite(from));
      await mkdir(out, { recursive: true });
      for (const file of ["card.html", "card.json", "card.xml"]) await cp(join(from, file), join(out, file));
      process.stdout.write(`wrote card.html, card.json and card.xml to ${resolve(out)}\n`);
    });
}

function peopleCommand(): Command {
  const people = new Command("people").description("Keys of the people who approve, and of the site.");
  people
    .command("key")
    .description("Make a key for one person: the private half into a file, the public half for people.yaml.")
    .requiredOption("--out <file>", "file for the private key; must not exist")
    .action(async ({ out }: { out: string }) => {
      const path = resolve(out);
      if (
        await readPrivateKey(path).then(
          () => true,
          () => false,
        )
      )
        throw new LongitudeError(GOVERNANCE_FILE, `${path} holds a key already`);
      await mkdir(dirname(path), { recursive: true });
      process.stdout.write(`publicKey: ${publicKeyText(await ownPrivateKey(path))}\n`);
    });
  people
    .command("site-key")
    .description("Print the public key with which the site signs its releases.")
    .requiredOption("--site <dir>", "folder with longitude.yaml")
    .action(async ({ site }: { site: string }) => {
      process.stdout.write(`${await siteKey(await readSite(site))}\n`);
    });
  return people;
}

function signingCommand(verb: string, description: string): Command {
  return new Command(verb)
    .description(description)
    .requiredOption("--site <dir>", "folder with longitude.yaml")
    .requiredOption("--as <id>", "who: a person of governance/people.yaml")
    .requiredOption("--key <file>", "this person's private key")
    .requiredOption("--reason <text>", "why, in one line without health data");
}

type People = Awaited<ReturnType<typeof readPeople>>;

/** Records what a person states, after checking that they may. */
async function signed(
  site: Site,
  { as: by, key: keyFile }: Signing,
  role: "clinical" | "technical" | "governance",
  statementOf: (
    at: string,
    registry: readonly RegisteredRelease[],
    people: People,
  ) => Statement | Promise<Statement>,
): Promise<void> {
  const people = await readPeople(governanceFile(site, "people.yaml"));
  const key = await readPrivateKey(resolve(keyFile));
  personWithKey(people, by, role, key);
  const own = await siteKey(site);
  await withState(site, [governanceArea], (state) =>
    state.transaction(async (tx: StateTransaction) => {
      const now = systemEffects.now();
      const registry = registryOf(await readStatements(tx), people, own);
      await recordStatement(tx, await statementOf(isoTime(now), registry, people), key, now);
    }),
  );
}

async function readRegistry(site: Site): Promise<readonly RegisteredRelease[]> {
  const people = await readPeople(governanceFile(site, "people.yaml"));
  const own = await siteKey(site);
  return withState(site, [governanceArea], async (state) =>
    registryOf(await state.transaction(readStatements), people, own),
  );
}

async function siteKey(site: Site): Promise<string> {
  return publicKeyText(await ownPrivateKey(siteKeyFile(site)));
}

/** SITE/releases/ID lies in a site, whose key is trusted; elsewhere there is none. */
async function keyOfEnclosingSite(folder: string): Promise<string | null> {
  const key = await readPrivateKey(join(folder, "..", "..", "keys", "release.pem")).catch(() => null);
  return key === null ? null : publicKeyText(key);
}

async function buildAll(site: Site, json: boolean | undefined) {
  return withInterrupt((signal) => build(site, systemEffects, { signal, json: json === true }));
}

export function verdictText(verdict: Verdict): string {
  const rows = verdict.tasks.map(({ title, landmark, horizon, verdict: word, excludedGroups, gates }) => {
    const open = gates.filter(({ passed, waived }) => !passed && waived === null).map(({ gate }) => gate);
    const not = excludedGroups.length === 0 ? "" : `; not for ${excludedGroups.join(", ")}`;
    return `  ${`${title}, ${landmark}, ${horizon}`.padEnd(44)} ${word}${not}${open.length === 0 ? "" : `  (${open.join(", ")})`}\n`;
  });
  return `\n${rows.join("")}\nverdict: ${verdict.verdict}. ${verdict.words}\n`;
}

export function releaseLine(site: Site, release: RegisteredRelease, made: boolean | null): string {
  const approvals = release.approvals.map(({ by, role }) => `${role} ${by}`).join(", ") || "none";
  const how = made === null ? "" : made ? "made " : "reused ";
  return `${how}release ${release.id}, version ${release.version}: ${release.stage}; verdict: ${release.verdict}; approvals: ${approvals}\n  ${join(site.folder, release.folder)}\n`;
}
