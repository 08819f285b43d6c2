/**
 * Opens everything that the server of a site works with: the state, the release that is served, its stage, who may ask.
 * Invariant: no release is served before every byte of it was verified; what has not been permitted is withheld, not refused,
 * so that the reason can be asked for.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { link, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { DestinationStream } from "pino";
import { flush } from "../artefacts/durable.ts";
import { assistantSources } from "../assistant/assistant-sources.ts";
import type { Effects } from "../effects/effects.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { SERVE_ADDRESS, SERVE_OPEN, SERVE_SECRET } from "../errors/registry.ts";
import type { RegisteredRelease } from "../governance/release/registry.ts";
import { isLoopback } from "../ingest/bulk/web-address.ts";
import { AccessControl } from "../serving/access/access-control.ts";
import { checkKeys } from "../serving/access/check-keys.ts";
import { OneTimeCode } from "../serving/identity/one-time-code.ts";
import { JobStore } from "../serving/jobs/job-store.ts";
import { Listener } from "../serving/listener.ts";
import type { ServerContext } from "../serving/server-context.ts";
import { createServerLog } from "../serving/server-log.ts";
import { createServerMetrics } from "../serving/server-metrics.ts";
import type { ReleaseStage } from "../serving/stages/effective-stage.ts";
import { openTracing } from "../serving/tracing/open-tracing.ts";
import type { State } from "../state/open-state.ts";
import { followRegistry } from "./follow-registry.ts";
import { siteAnchor } from "./open-site-state.ts";
import type { Site } from "./read-site.ts";
import { openServedRelease, type ServedRelease, type SharedContext } from "./served-release.ts";
import { siteKey } from "./signing.ts";
import { siteComparisons } from "./site-comparisons.ts";
import { siteGovernance } from "./site-governance.ts";
import { siteKnowledge } from "./site-knowledge.ts";
import { readRegistered, servedRelease, toBeServed } from "./site-stages.ts";
import { readSiteVetting, readVettingFiles } from "./site-vetting.ts";

export interface SiteServerOptions {
  readonly host: string;
  readonly port: number;
  /** Id or alias; the newest of the highest stage when left out. */
  readonly release?: string | undefined;
  /** Forecasts are computed and shown whatever the verdict is, to this machine alone, marked. */
  readonly sandbox: boolean;
  readonly version: string;
  readonly logTo?: DestinationStream;
  /** Requests about invented patients before the first real one; 40 when left out. */
  readonly rehearsals?: number;
  /** How often it is looked which release is to be served; 5 seconds when left out. */
  readonly followEveryMs?: number;
  /** Another release is served from now on. */
  onChange?(server: SiteServer): Promise<void>;
}

export interface SiteServer {
  /** Of the release that is served now. */
  readonly context: ServerContext;
  readonly address: string;
  /** Of the release that is served now. */
  stage(): Promise<ReleaseStage>;
  /** Nothing new is begun, what is under way is answered. */
  stop(): Promise<void>;
}

const SECRET_BYTES = 32;
/** A balancer sees that the server is not ready any more, and what was sent before is read. */
const LEAVE_MS = 500;
const REHEARSALS = 40;
const FOLLOW_MS = 5000;

/** @throws LongitudeError SERVE_OPEN, SERVE_NO_RELEASE, SERVE_ADDRESS, SERVE_SECRET, RELEASE_DAMAGED */
export async function startSiteServer(
  site: Site,
  database: State,
  options: SiteServerOptions,
  effects: Effects,
): Promise<SiteServer> {
  const config = site.configuration.serving;
  const loopback = onThisMachineAlone(options.host, config.address);
  requireClosed(site, options.sandbox, loopback);
  await checkKeys(config, site.folder);
  const tracing = await openTracing(config.tracing, options.version);
  const state: State = {
    ...database,
    transaction: (work) => tracing.part("transaction", () => database.transaction(work)),
  };
  const secret = await serverSecret(site);
  const own = await siteKey(site);
  const chosen = () => servedRelease(site, own, state, options.release);
  const first = await chosen();
  const log = createServerLog(options.logTo);
  let address = config.address?.replace(/\/+$/, "") ?? "";
  let stopping = false;
  let served: ServedRelease;
  const servedId = () => served.context.model.manifest.id;
  /** Releases that were to be served and could not be opened: id → code. */
  const notOpened = new Map<string, string>();
  const shared: SharedContext = {
    site: site.configuration.name,
    access: new AccessControl({
      config,
      folder: site.folder,
      state,
      effects,
      secret,
      loopback,
      address: () => address,
    }),
    state,
    config,
    folder: site.folder,
    loginCode: loopback && config.people.provider === undefined ? new OneTimeCode() : null,
    records: site.configuration.records,
    releases: () => state.transaction((tx) => readRegistered(site, own, tx)),
    next: (registry) => {
      const { id } = toBeServed(registry, options.release);
      return id === servedId() ? null : { release: id, failed: notOpened.get(id) ?? null };
    },
    auditAnchor: () => siteAnchor(site),
    knowledge: await siteKnowledge(site),
    vetting: {
      reviewers: async () => (await readVettingFiles(site.folder, site.configuration.vetting)).reviewers,
      outcomes: () => readSiteVetting(site.folder, site.configuration, effects),
    },
    governance: siteGovernance(site, own, state, effects),
    compare: siteComparisons(site),
    assistant: await assistantSources(site.configuration.assistant, site.folder, true),
    effects,
    log,
    metrics: createServerMetrics(),
    tracing,
    secret,
    seed: site.configuration.forecast.seed,
    address: () => address,
    stopping: () => stopping,
  };
  const { sandbox, version, rehearsals = REHEARSALS } = options;
  const open = (release: RegisteredRelease) =>
    openServedRelease(site, release, shared, { siteKey: own, sandbox, rehearsals, version, loopback });
  if (state.engine === "pglite") await new JobStore(state, effects, config.jobs).takeOver();
  served = await open(first);
  const listener = new Listener(served.app, config.limits);
  const bound = await listenOn(listener, options).catch(async (error: unknown) => {
    await served.close();
    throw error;
  });
  if (address === "") address = bound;
  log.write({ event: "started", release: servedId() });
  const replace = async (release: RegisteredRelease): Promise<void> => {
    const before = served;
    served = await open(release);
    notOpened.delete(release.id);
    log.write({ event: "release", release: release.id });
    await listener.replace(served.app);
    await before.close();
    await options.onChange?.(server);
  };
  const stop = new AbortController();
  const following = followRegistry(
    {
      ...{ served: servedId, chosen, replace, everyMs: options.followEveryMs ?? FOLLOW_MS },
      failed: ({ release, code }) => {
        if (release !== null) notOpened.set(release, code);
        log.write({ event: "failed", route: "release", code, ...(release === null ? {} : { release }) });
      },
    },
    stop.signal,
  );
  const server: SiteServer = {
    get context() {
      return served.context;
    },
    address: bound,
    stage: async () => (await served.context.stages.current()).release,
    stop: async () => {
      stopping = true;
      log.write({ event: "stopping", release: servedId() });
      stop.abort();
      await Promise.all([following, setTimeout(LEAVE_MS)]);
      await listener.close();
      await served.close();
      await tracing.stop();
      log.write({ event: "stopped", release: servedId() });
    },
  };
  return server;
}

/** Whether only this machine reaches the server, also where a balancer stands before it. */
function onThisMachineAlone(host: string, address: string | undefined): boolean {
  return (
    (host === "::1" || isLoopback(host)) && (address === undefined || isLoopback(new URL(address).hostname))
  );
}

/** @throws LongitudeError SERVE_OPEN */
function requireClosed(site: Site, sandbox: boolean, loopback: boolean): void {
  if (loopback) return;
  const { clients, cds, people, smart } = site.configuration.serving;
  if (sandbox) throw new LongitudeError(SERVE_OPEN, "a sandbox is for this machine alone");
  const named = clients.length + cds.clients.length + smart.servers.length;
  if (named === 0 && people.provider === undefined)
    throw new LongitudeError(SERVE_OPEN, "others could ask, and the site names nobody who may");
}

/** @returns the address listened on @throws LongitudeError SERVE_ADDRESS */
async function listenOn(listener: Listener, { host, port }: SiteServerOptions): Promise<string> {
  const name = host.includes(":") ? `[${host}]` : host;
  try {
    return `http://${name}:${await listener.listen(host, port)}`;
  } catch (cause) {
    throw new LongitudeError(SERVE_ADDRESS, `cannot listen on port ${port}`, { cause });
  }
}

/** Of the site's server: signs its tokens and keys its patients. Made once, for its owner's eyes. @throws LongitudeError SERVE_SECRET */
async function serverSecret(site: Site): Promise<Buffer> {
  const path = join(site.folder, "keys", "server.secret");
  await mkdir(dirname(path), { recursive: true });
  try {
    await publishFile(path, randomBytes(SECRET_BYTES));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  const { mode, size } = await stat(path);
  if ((mode & 0o077) !== 0) throw new LongitudeError(SERVE_SECRET, `${path} can be read by others`);
  if (size !== SECRET_BYTES)
    throw new LongitudeError(SERVE_SECRET, `${path} has ${size} bytes, not ${SECRET_BYTES}`);
  return readFile(path);
}

/** Two servers that start at once: one of them makes it, whole. */
async function publishFile(path: string, bytes: Buffer): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  try {
    await writeFile(draft, bytes, { mode: 0o600, flag: "wx" });
    await flush(draft);
    await link(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}
