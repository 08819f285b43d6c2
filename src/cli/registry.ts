/** `longitude registry`: which releases a site has, their names and stages, where they come from, how two of them differ. */
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Command, Option } from "commander";
import { systemEffects } from "../effects/effects.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { RELEASE_FORBIDDEN } from "../errors/registry.ts";
import { lineageGraph } from "../governance/release/lineage-graph.ts";
import { verifyRelease } from "../governance/release/manifest.ts";
import { countingApprovals, findRelease, requireRelease } from "../governance/release/registry.ts";
import { renderLineage } from "../governance/release/render-lineage.ts";
import { STAGES } from "../governance/statements/statement.ts";
import { monitorArea } from "../serving/monitor/monitor-tables.ts";
import { compareReleases, comparisonText } from "./compare-releases.ts";
import { dayOf } from "./make-release.ts";
import { requireMovable } from "./may-state.ts";
import { readSite } from "./read-site.ts";
import { releaseLine } from "./release-text.ts";
import { rollBackCommand } from "./roll-back.ts";
import { printStated, readRegistry, type Signing, signed, signingCommand, siteKey } from "./signing.ts";

export function registryCommand(): Command {
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
                releases: releases.map(({ id, model, version, folder, stage, verdict }) => ({
                  id,
                  model,
                  version,
                  folder: join(site.folder, folder),
                  stage,
                  verdict,
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
    .option("--outcome <name>", "this outcome only (default: all)")
    .option("--unit <name>", "this ward or clinic only (default: everywhere)")
    .addHelpText(
      "after",
      `
Pilot and live ask for matured silent forecasts within the bounds of the gate silent-evidence (governance/gates.yaml), or a waiver of it:
  longitude waive --gate silent-evidence --release ID ...`,
    )
    .action(async (flags: Signing & StageFlags) => {
      const site = await readSite(flags.site);
      await signed(
        site,
        flags,
        "governance",
        async (at, registered, _people, tx) => {
          const { as: by, to, reason, outcome = null, unit = null, release: subject } = flags;
          const part = { subject, to, outcome, unit };
          await requireMovable(site, registered, tx, part, dayOf(systemEffects.now()));
          return { kind: "stage", at, by, reason, ...part };
        },
        [monitorArea],
      );
      const { release, to, outcome = null, unit = null, as: by } = flags;
      const where = `${outcome === null ? "" : ` for ${outcome}`}${unit === null ? "" : ` in ${unit}`}`;
      printStated(flags, `${release} is ${to}${where}`, { release, stage: to, outcome, unit, by });
    });
  for (const command of [
    stage,
    aliasCommand(),
    showCommand(),
    lineageCommand(),
    compareCommand(),
    rollBackCommand(),
  ])
    registry.addCommand(command);
  return registry;
}

interface StageFlags {
  readonly release: string;
  readonly to: (typeof STAGES)[number];
  readonly outcome?: string;
  readonly unit?: string;
}

function aliasCommand(): Command {
  return signingCommand(
    "alias",
    "Give a release a name, e.g. champion; the name leaves the release that had it.",
  )
    .requiredOption("--release <id>", "the release")
    .requiredOption("--name <name>", "lower-case letters, digits and hyphens")
    .action(async (flags: Signing & { release: string; name: string }) => {
      const site = await readSite(flags.site);
      await signed(site, flags, "governance", (at, registered) => {
        const release = requireRelease(registered, flags.release);
        if (release.stage === "retired")
          throw new LongitudeError(RELEASE_FORBIDDEN, `${release.id} is retired and has no names`);
        const { as: by, name, reason } = flags;
        return { kind: "alias", subject: release.id, at, by, name, reason };
      });
      printStated(flags, `${flags.release} is ${flags.name}`, {
        release: flags.release,
        alias: flags.name,
        by: flags.as,
      });
    });
}

interface OneRelease {
  readonly site: string;
  readonly release: string;
  readonly json?: boolean;
}

function ofSite(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .requiredOption("--site <dir>", "folder with longitude.yaml")
    .requiredOption("--release <id>", "the release, by id or alias")
    .option("--json", "print one JSON object on standard output");
}

function showCommand(): Command {
  return ofSite(
    "show",
    "Show one release: approvals, names, review date, and whose approvals count for it.",
  ).action(async (flags: OneRelease) => {
    const site = await readSite(flags.site);
    const registered = await readRegistry(site);
    const release = findRelease(registered, flags.release);
    const folder = join(site.folder, release.folder);
    const { reviewBy } = await verifyRelease(folder, await siteKey(site));
    const shown = { ...release, folder, reviewBy, counting: countingApprovals(registered, release) };
    printStated(
      flags,
      `${releaseLine(site, release, null)}  to be reviewed by ${reviewBy}; aliases: ${release.aliases.join(", ") || "none"}`,
      shown,
    );
  });
}

function lineageCommand(): Command {
  return ofSite(
    "lineage",
    "Draw where a release comes from, from the import of the records on: HTML and JSON.",
  )
    .option("--out <dir>", "folder for lineage.html and lineage.json")
    .action(async (flags: OneRelease & { out?: string }) => {
      const site = await readSite(flags.site);
      const release = findRelease(await readRegistry(site), flags.release);
      const graph = lineageGraph(await verifyRelease(join(site.folder, release.folder), await siteKey(site)));
      if (flags.out !== undefined) {
        await mkdir(flags.out, { recursive: true });
        await writeFile(join(flags.out, "lineage.json"), `${JSON.stringify(graph, null, 2)}\n`);
        await writeFile(join(flags.out, "lineage.html"), renderLineage(graph));
      }
      const lines = graph.nodes.map(
        ({ kind, id, from }) =>
          `  ${kind.padEnd(12)} ${id.slice(0, 16)}  from ${from.map((one) => one.role).join(", ") || "the export"}`,
      );
      if (flags.out !== undefined) lines.push(`wrote lineage.html and lineage.json to ${resolve(flags.out)}`);
      printStated(flags, lines.join("\n"), graph);
    });
}

function compareCommand(): Command {
  return ofSite(
    "compare",
    "Compare two releases on the same held-out persons: paired differences with intervals.",
  )
    .requiredOption("--with <id>", "the release that it is compared with, by id or alias")
    .action(async (flags: OneRelease & { with: string }) => {
      const site = await readSite(flags.site);
      const registered = await readRegistry(site);
      const comparison = await compareReleases(
        site,
        findRelease(registered, flags.release),
        findRelease(registered, flags.with),
      );
      printStated(flags, comparisonText(comparison), comparison);
    });
}
