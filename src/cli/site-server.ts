/**
 * Opens everything that the server of a site works with: the state, the release that is served, its stage, who may ask.
 * Invariant: no release is served before every byte of it was verified; what has not been permitted is withheld, not refused,
 * so that the reason can be asked for.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { link, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import type { DestinationStream } from "pino";
import { flush } from "../artefacts/durable.ts";
import { assistantSources } from "../assistant/assistant-sources.ts";
import type { Effects } from "../effects/effects.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { SERVE_ADDRESS, SERVE_OPEN, SERVE_SECRET } from "../errors/registry.ts";
import { isLoopback } from "../ingest/bulk/web-address.ts";
import { AccessControl } from "../serving/access/access-control.ts";
import { checkKeys } from "../serving/access/check-keys.ts";
import { AnswerStore } from "../serving/answers/answer-store.ts";
import { AnswerThreads } from "../serving/answers/answer-threads.ts";
import { rehearse } from "../serving/answers/rehearse.ts";
import { openServedModel } from "../serving/answers/served-model.ts";
import { createServer } from "../serving/create-server.ts";
import { OneTimeCode } from "../serving/identity/one-time-code.ts";
import { AlarmWatch } from "../serving/monitor/alarm-watch.ts";
import { RequestWindow } from "../serving/monitor/request-window.ts";
import { EventMeaning } from "../serving/records/event-meaning.ts";
import { rehearseRequests } from "../serving/rehearse-requests.ts";
import type { ServerContext } from "../serving/server-context.ts";
import { createServerLog } from "../serving/server-log.ts";
import { createServerMetrics } from "../serving/server-metrics.ts";
import type { ReleaseStage } from "../serving/stages/effective-stage.ts";
import { openTracing } from "../serving/tracing/open-tracing.ts";
import type { State } from "../state/open-state.ts";
import { siteAnchor } from "./open-site-state.ts";
import type { Site } from "./read-site.ts";
import { siteKey } from "./signing.ts";
import { siteComparisons } from "./site-comparisons.ts";
import { siteGovernance } from "./site-governance.ts";
import { siteKnowledge } from "./site-knowledge.ts";
import { readRegistered, servedRelease, siteStageKeeper } from "./site-stages.ts";
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
}

export interface SiteServer {
  readonly context: ServerContext;
  readonly address: string;
  readonly stage: ReleaseStage;
  /** Nothing new is begun, what is under way is answered. */
  stop(): Promise<void>;
}

const SECRET_BYTES = 32;
/** A balancer sees that the server is not ready any more, and what was sent before is read. */
const LEAVE_MS = 500;
const DRAIN_MS = 10_000;
const REHEARSALS = 40;

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
  const knowledge = await siteKnowledge(site);
  const assistant = await assistantSources(site.configuration.assistant, site.folder, true);
  const chosen = await servedRelease(site, own, state, options.release);
  const release = join(site.folder, chosen.folder);
  const model = await openServedModel(release, own);
  const threads = new AnswerThreads(model, { folder: release, siteKey: own });
  const close = async (): Promise<void> => {
    await threads.close();
    await model.close();
  };
  try {
    await rehearse(model, threads, config.abstain, effects.now());
    const log = createServerLog(options.logTo);
    let address = config.address?.replace(/\/+$/, "") ?? "";
    let stopping = false;
    const stages = await siteStageKeeper(site, model, options.sandbox, state, effects);
    const context: ServerContext = {
      site: site.configuration.name,
      model,
      answers: new AnswerStore(model.manifest.id, threads, state, effects),
      stages,
      alarms: new AlarmWatch(model.manifest.id, state, effects),
      requests: new RequestWindow(model, config.monitor),
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
      meaning: new EventMeaning(
        model.reader.checkpoint.vocabulary,
        site.configuration.records.units,
        site.configuration.terminology.icd9cm,
      ),
      releases: () => state.transaction((tx) => readRegistered(site, own, tx)),
      auditAnchor: () => siteAnchor(site),
      knowledge,
      vetting: {
        reviewers: async () => (await readVettingFiles(site.folder, site.configuration.vetting)).reviewers,
        outcomes: () => readSiteVetting(site.folder, site.configuration, effects),
      },
      governance: siteGovernance(site, own, state, effects),
      compare: siteComparisons(site),
      assistant,
      effects,
      log,
      metrics: createServerMetrics(),
      tracing,
      secret,
      seed: site.configuration.forecast.seed,
      address: () => address,
      stopping: () => stopping,
    };
    await rehearseRequests(context, threads, options.rehearsals ?? REHEARSALS);
    const app = await createServer(context, { version: options.version, loopback });
    const bound = await listenOn(app, options);
    if (address === "") address = bound;
    log.write({ event: "started", release: model.manifest.id });
    return {
      context,
      address: bound,
      stage: (await stages.current()).release,
      stop: async () => {
        stopping = true;
        log.write({ event: "stopping", release: model.manifest.id });
        await setTimeout(LEAVE_MS);
        // Who does not read its answer does not keep the server.
        const cut = globalThis.setTimeout(() => app.server.closeAllConnections(), DRAIN_MS);
        await app.close();
        clearTimeout(cut);
        await close();
        await tracing.stop();
        log.write({ event: "stopped", release: model.manifest.id });
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
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
async function listenOn(app: FastifyInstance, { host, port }: SiteServerOptions): Promise<string> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    throw new LongitudeError(SERVE_ADDRESS, `cannot listen on port ${port}`, { cause });
  }
  const bound = app.server.address();
  const name = host.includes(":") ? `[${host}]` : host;
  return `http://${name}:${bound !== null && typeof bound === "object" ? bound.port : port}`;
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
