/** `longitude serve`: answers CDS Hooks, FHIR and the API for other institutions with a released model. */
import { Command, InvalidArgumentError } from "commander";
import { stringify } from "yaml";
import { packageVersion } from "../artefacts/package-version.ts";
import { systemEffects } from "../effects/effects.ts";
import type { OneTimeCode } from "../serving/identity/one-time-code.ts";
import { SERVING_AREAS } from "../serving/serving-areas.ts";
import type { ReleaseStage } from "../serving/stages/effective-stage.ts";
import { withState } from "./open-site-state.ts";
import { readSite, type Site } from "./read-site.ts";
import { withInterrupt } from "./run-verb.ts";
import { type SiteServer, startSiteServer } from "./site-server.ts";
import { buildWorkspace } from "./workspace-build.ts";

interface ServeFlags {
  readonly site: string;
  readonly port: number;
  readonly host: string;
  readonly release?: string;
  readonly sandbox: boolean;
  readonly json: boolean;
}

export function serveCommand(): Command {
  return new Command("serve")
    .description("Serve a released model: CDS Hooks, FHIR, and an API for other institutions.")
    .requiredOption("--site <dir>", "folder with longitude.yaml")
    .option("--port <port>", "port to listen on; 0 takes a free one and says which", wholeNumber, 8080)
    .option("--host <address>", "address of this machine to listen on", "127.0.0.1")
    .option(
      "--release <id>",
      "the release, by id or alias (default: the newest of the highest stage, else the newest)",
    )
    .option(
      "--sandbox",
      "show forecasts whatever the verdict is, to this machine alone, each marked as not for care",
      false,
    )
    .option("--json", "print one JSON object a line: listening, and stopped", false)
    .addHelpText(
      "after",
      `
Nothing is shown unless the release has reached the stage pilot or live; at the stage silent, forecasts are computed and stored
for nobody's eyes. Which release is served follows the registry while the server runs: after a roll-back, or when the alias that was
named leaves for another release, that one is opened and answers from then on. Who may ask stands under \`serving:\` in longitude.yaml; without it, only this machine. Logs go to standard
error, one JSON object a line, without health data. Guide: docs/guides/serve.md

Examples:
  longitude serve --site site/olmsted --sandbox
  longitude serve --site site --host 0.0.0.0 --port 8443 --release champion`,
    )
    .action((flags: ServeFlags) => serveSite(flags));
}

const STOPPING = "stopping: requests under way are answered; press Ctrl-C again to stop at once";

/** Serves until it is interrupted. */
export function serveSite(flags: ServeFlags): Promise<void> {
  return withInterrupt((signal) => run(flags, signal), STOPPING);
}

async function run(flags: ServeFlags, signal: AbortSignal): Promise<void> {
  const site = await readSite(flags.site);
  await withState(site, SERVING_AREAS, async (state) => {
    const write = (text: string) => void process.stdout.write(text);
    const onChange = async (now: SiteServer) => {
      const { id, version } = now.context.model.manifest;
      const line = { event: "release", release: id, version, ...(await now.stage()) };
      write(flags.json ? `${JSON.stringify(line)}\n` : `serving release ${id} now, stage ${line.stage}\n`);
    };
    const options = { ...flags, version: packageVersion(), onChange };
    const workspace = await buildWorkspace((text) => process.stderr.write(`${text}\n`));
    const server = await startSiteServer(site, state, options, systemEffects);
    const stage = await server.stage();
    write(
      flags.json ? `${JSON.stringify(listening(server, stage))}\n` : textOf(site, server, stage, workspace),
    );
    await aborted(signal);
    await server.stop();
    write(flags.json ? `${JSON.stringify({ event: "stopped" })}\n` : "stopped\n");
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function listening({ address, context }: SiteServer, stage: ReleaseStage) {
  const { id, version, model } = context.model.manifest;
  const login = context.loginCode === null ? null : `${address}/login?code=${context.loginCode.code}`;
  return { event: "listening", address, login, release: id, version, model, ...stage, pid: process.pid };
}

function textOf(
  { folder, configuration }: Site,
  { address, context }: SiteServer,
  stage: ReleaseStage,
  workspace: boolean,
): string {
  const { id, version, verdict } = context.model.manifest;
  const shown = stage.sandbox
    ? "sandbox: every forecast is computed and shown to this machine, marked: not for care"
    : `${stage.stage}${stage.because === null ? "" : `: ${stage.because}`}`;
  return `${folder}
release ${id}, version ${version}, verdict: ${verdict}
stage ${shown}
state ${configuration.state.engine}${configuration.state.engine === "pglite" ? ": other verbs of this site wait until the server stops" : ""}
${stringify({ serving: configuration.serving })}${loginText(address, context.loginCode)}${workspace ? `workspace ${address}/app` : "no workspace: it was not built (npm run web:build)"}
listening on ${address}; Ctrl-C stops
`;
}

function loginText(address: string, login: OneTimeCode | null): string {
  if (login === null) return "";
  return `administrator: open ${address}/login?code=${login.code} once, in a browser of this machine\n`;
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text) || Number(text) > 65_535)
    throw new InvalidArgumentError("a whole number up to 65535 is needed.");
  return Number(text);
}
