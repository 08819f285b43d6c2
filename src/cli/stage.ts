/** `longitude stage`: puts an outcome, a unit or all of it lower, at a running server or in the state; up takes a signed statement. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Argument, Command } from "commander";
import { z } from "zod";
import { systemEffects } from "../effects/effects.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { SERVER_REFUSED, STAGE_REFUSED, USAGE_INVALID } from "../errors/registry.ts";
import { verifyRelease } from "../governance/release/manifest.ts";
import { SERVING_AREAS } from "../serving/serving-areas.ts";
import { readVerdict } from "./make-release.ts";
import { withState } from "./open-site-state.ts";
import { readSite } from "./read-site.ts";
import { printStated, siteKey } from "./signing.ts";
import { servedRelease, siteStageKeeper } from "./site-stages.ts";

type LoweredStage = "stopped" | "silent" | "pilot";

interface StageFlags {
  readonly site?: string;
  readonly server?: string;
  readonly tokenFile?: string;
  readonly as?: string;
  readonly release?: string;
  readonly outcome?: string;
  readonly unit?: string;
  readonly reason: string;
  readonly json?: boolean;
}

export function stageCommand(): Command {
  return new Command("stage")
    .description(
      "Lower what is served, at once: an outcome, a unit, or all of it. It stays so through restarts.",
    )
    .addArgument(new Argument("<stage>", "how far down").choices(["stopped", "silent", "pilot"]))
    .option("--server <url>", "a running server that is asked")
    .option("--token-file <file>", "with --server: a file with an access token for system/Stage.u")
    .option("--site <dir>", "folder with longitude.yaml: its state is changed")
    .option("--as <id>", "with --site: who, for the audit log")
    .option(
      "--release <id>",
      "with --site: the release, by id or alias (default: the one that `serve` takes)",
    )
    .option("--outcome <name>", "this outcome only (default: all)")
    .option("--unit <name>", "this ward or clinic only (default: everywhere)")
    .requiredOption("--reason <text>", "why, in one line without health data")
    .option("--json", "print one JSON object on standard output")
    .addHelpText(
      "after",
      `
Going up again takes a signed statement: longitude registry stage. With the embedded state, a running server holds it: use --server.

Examples:
  longitude stage silent --server http://127.0.0.1:8080 --unit ward-3 --reason "input drift"
  longitude stage stopped --site site --outcome stroke --as tim.roy --reason "calibration"`,
    )
    .action(async (stage: LoweredStage, flags: StageFlags) => {
      if ((flags.site === undefined) === (flags.server === undefined))
        throw new LongitudeError(USAGE_INVALID, "either --site or --server is needed");
      await (flags.server === undefined ? lowerInState(stage, flags) : askServer(stage, flags));
      const { outcome = null, unit = null } = flags;
      const line = `${outcome ?? "all outcomes"}, ${unit ?? "everywhere"}: at most ${stage}`;
      printStated(flags, line, { outcome, unit, stage });
    });
}

async function lowerInState(stage: LoweredStage, flags: StageFlags): Promise<void> {
  const { as: by, reason, outcome = null, unit = null } = flags;
  if (by === undefined) throw new LongitudeError(USAGE_INVALID, "--as says who, for the audit log");
  const site = await readSite(flags.site as string);
  const own = await siteKey(site);
  await withState(site, SERVING_AREAS, async (state) => {
    const release = await servedRelease(site, own, state, flags.release);
    const folder = join(site.folder, release.folder);
    const verified = { manifest: await verifyRelease(folder, own), verdict: await readVerdict(folder) };
    const keeper = await siteStageKeeper(site, verified, false, state, systemEffects);
    await keeper.set({ outcome, unit, stage, by, reason });
  });
}

const TIMEOUT_MS = 30_000;
const refusedSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

async function askServer(stage: LoweredStage, flags: StageFlags): Promise<void> {
  const { reason, outcome = null, unit = null } = flags;
  const token = flags.tokenFile === undefined ? null : (await readFile(flags.tokenFile, "utf8")).trim();
  const refuse = (why: string, cause?: unknown): never => {
    throw new LongitudeError(SERVER_REFUSED, why, { cause });
  };
  const response = await fetch(new URL("/v1/stages", flags.server), {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ outcome, unit, stage, reason }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
    redirect: "error",
  }).catch((cause: unknown) => refuse("it does not answer", cause));
  if (response.ok) return;
  const said = refusedSchema.safeParse(await response.json().catch(() => null));
  if (!said.success) return refuse(`status ${response.status}`);
  const { code, message } = said.data.error;
  if (code === STAGE_REFUSED.code) throw new LongitudeError(STAGE_REFUSED, message);
  refuse(`${code}: ${message}`);
}
