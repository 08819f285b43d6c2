/** `longitude pull`: fetches a FHIR Bulk Data export, or what changed since the last one. */
import { Command, InvalidArgumentError, Option } from "commander";
import { systemEffects } from "../effects/effects.ts";
import { createRandom } from "../effects/random.ts";
import { cancelPull, pull } from "../ingest/bulk/pull.ts";
import { PULL_LEVELS, type PullInput } from "../ingest/bulk/pull-options.ts";
import type { PullEvent, PullReport } from "../ingest/bulk/pull-report.ts";
import { createProgressLine, duration } from "./progress-line.ts";
import { withInterrupt } from "./run-verb.ts";

interface PullFlags {
  readonly server: string;
  readonly out: string;
  readonly level: (typeof PULL_LEVELS)[number];
  readonly group?: string;
  readonly clientId?: string;
  readonly key?: string;
  readonly keyId?: string;
  readonly jwksUrl?: string;
  readonly scope: string;
  readonly tokenUrl?: string;
  readonly allowOrigin: readonly string[];
  readonly type: readonly string[];
  readonly typeFilter: readonly string[];
  readonly elements: readonly string[];
  readonly since: string;
  readonly until?: string;
  readonly partialManifests: boolean;
  readonly organizeBy?: string;
  readonly post: boolean;
  readonly parallel: number;
  readonly tries: number;
  readonly cancel: boolean;
  readonly json: boolean;
}

export function pullCommand(): Command {
  return new Command("pull")
    .description(
      "Fetch a FHIR Bulk Data export, or what changed since the last one, from the hospital's server.",
    )
    .requiredOption("--server <url>", "FHIR base address")
    .requiredOption("--out <dir>", "folder of this source; each pull is a folder in it")
    .addOption(new Option("--level <level>", "what is exported").choices([...PULL_LEVELS]).default("patient"))
    .option("--group <id>", "id of the group, for --level group")
    .option("--client-id <id>", "id under which this site is registered (SMART Backend Services)")
    .option("--key <file>", "private key: JWK, JWK set or PEM; RS384 or ES384 by its kind")
    .option("--key-id <kid>", "the key's id, where the server knows it by another than the file says")
    .option("--jwks-url <url>", "address of the published key set, where the server wants it named")
    .option("--scope <scopes>", "scopes to ask for", "system/*.read")
    .option("--token-url <url>", "token endpoint, instead of the one that the server's configuration names")
    .option("--allow-origin <origin...>", "further origins of the server; the token is sent to no other", [])
    .option("--type <type...>", "resource types; without any, all", [])
    .option(
      "--type-filter <query...>",
      "searches that narrow a type, e.g. 'Observation?category=laboratory'",
      [],
    )
    .option("--elements <path...>", "elements to export, where the server can", [])
    .option("--since <when>", "auto (since the last pull), never (everything anew) or an instant", "auto")
    .option("--until <instant>", "nothing that was changed later (STU 3)")
    .option("--partial-manifests", "fetch files while the server is still at work (STU 3)", false)
    .option("--organize-by <type>", "have resources come together by this type (STU 3)")
    .option("--post", "send the parameters by POST", false)
    .option("--parallel <n>", "files fetched side by side", wholeNumber, 4)
    .option("--tries <n>", "tries of a request before it is given up", wholeNumber, 8)
    .option("--cancel", "give up the export that an earlier run began, and end", false)
    .option("--json", "print the report as one JSON object", false)
    .addHelpText(
      "after",
      `
Ctrl-C, a crash or an unreachable server leave the export as it is: the same command goes on with it.
Keys: longitude keys. Guide: docs/guides/pull.md

Examples:
  longitude pull --server https://ehr.example/fhir --client-id longitude --key key.json --out export
  longitude pull --server https://ehr.example/fhir --level group --group cohort-7 --client-id longitude --key key.json \\
    --type Patient Encounter Condition Observation --type-filter 'Observation?category=laboratory' --out export
  longitude ingest --input export --out records`,
    )
    .action((flags: PullFlags) => withInterrupt((signal) => run(flags, signal)));
}

async function run(flags: PullFlags, signal: AbortSignal): Promise<void> {
  const random = createRandom(systemEffects.now());
  if (flags.cancel) {
    const cancelled = await cancelPull(optionsOf(flags), systemEffects, random, signal);
    process.stdout.write(
      flags.json ? `${JSON.stringify({ cancelled })}\n` : cancelled ? "export given up\n" : "there is none\n",
    );
    return;
  }
  const line = createProgressLine(process.stderr, systemEffects);
  for await (const event of pull(optionsOf(flags), systemEffects, random, signal)) {
    if (event.kind === "progress") {
      show(line, event);
      continue;
    }
    line.clear();
    process.stdout.write(flags.json ? `${JSON.stringify(event.report)}\n` : textOf(event.report));
  }
}

function optionsOf(flags: PullFlags): PullInput {
  const { clientId, key: keyFile, keyId, jwksUrl, tokenUrl, group, until, organizeBy } = flags;
  const optional = { clientId, keyFile, keyId, jwksUrl, tokenUrl, group, until, organizeBy };
  return {
    server: flags.server,
    out: flags.out,
    level: flags.level,
    scope: flags.scope,
    allowOrigins: [...flags.allowOrigin],
    types: [...flags.type],
    typeFilters: [...flags.typeFilter],
    elements: [...flags.elements],
    since: flags.since,
    partialManifests: flags.partialManifests,
    post: flags.post,
    parallel: flags.parallel,
    tries: flags.tries,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  };
}

function show(
  line: ReturnType<typeof createProgressLine>,
  event: Extract<PullEvent, { kind: "progress" }>,
): void {
  if (event.stage === "exporting") {
    line.show("pull", {
      step: `the server is at work${event.told === null ? "" : ` (${event.told})`}`,
      done: 0,
      total: null,
      unit: "",
      detail: duration(event.waitedMs / 1000),
    });
    return;
  }
  line.show("pull", {
    step: "fetching",
    done: event.bytes,
    total: null,
    unit: "bytes",
    detail: `${event.filesDone} of ${event.files} files`,
  });
}

function textOf(report: PullReport): string {
  const { folder, since, transactionTime, resources, files, bytes, deleted, byType, issues, emptyFiles } =
    report;
  const types = Object.entries(byType).sort((a, b) => b[1] - a[1]);
  const rows = types.map(
    ([type, count]) => `  ${type.padEnd(28)}${count.toLocaleString("en-US").padStart(14)}`,
  );
  return [
    `${resources.toLocaleString("en-US")} resources in ${files} files (${(bytes / 1e6).toFixed(1)} MB) ${since === null ? "" : `changed since ${since} `}as of ${transactionTime}`,
    ...rows,
    ...(deleted > 0 ? [`${deleted} resources deleted at the source`] : []),
    ...(emptyFiles > 0 ? [`${emptyFiles} listed files were empty`] : []),
    ...issues.map(({ what, count }) => `the server reports: ${what} (${count})`),
    `pull: ${folder}${report.resumed ? ", going on with an export begun earlier" : ""}`,
    "",
  ].join("\n");
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("a whole number is needed.");
  return Number(text);
}
