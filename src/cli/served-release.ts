/** Opens a release to answer: its model and threads, its stage, and the routes, rehearsed and ready. */
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import type { RegisteredRelease } from "../governance/release/registry.ts";
import { AnswerStore } from "../serving/answers/answer-store.ts";
import { AnswerThreads } from "../serving/answers/answer-threads.ts";
import { rehearse } from "../serving/answers/rehearse.ts";
import { openServedModel } from "../serving/answers/served-model.ts";
import { createServer, type ServerOptions } from "../serving/create-server.ts";
import { AlarmWatch } from "../serving/monitor/alarm-watch.ts";
import { RequestWindow } from "../serving/monitor/request-window.ts";
import { EventMeaning } from "../serving/records/event-meaning.ts";
import { rehearseRequests } from "../serving/rehearse-requests.ts";
import type { ServerContext } from "../serving/server-context.ts";
import type { Site } from "./read-site.ts";
import { siteStageKeeper } from "./site-stages.ts";

/** What of a server's context is another release's, when another is served. */
type OfRelease = "model" | "answers" | "stages" | "alarms" | "requests" | "meaning";
export type SharedContext = Omit<ServerContext, OfRelease>;

export interface ServedRelease {
  readonly context: ServerContext;
  readonly app: FastifyInstance;
  /** What it was at has been answered. */
  close(): Promise<void>;
}

export interface ServedReleaseOptions extends ServerOptions {
  /** Public key of the site. */
  readonly siteKey: string;
  readonly sandbox: boolean;
  /** Requests about invented patients before the first real one. */
  readonly rehearsals: number;
}

/** @throws LongitudeError RELEASE_MISSING, RELEASE_DAMAGED, RELEASE_READS_NOTES */
export async function openServedRelease(
  site: Site,
  chosen: RegisteredRelease,
  shared: SharedContext,
  options: ServedReleaseOptions,
): Promise<ServedRelease> {
  const { siteKey, sandbox, rehearsals } = options;
  const { configuration } = site;
  const { state, effects, config } = shared;
  const folder = join(site.folder, chosen.folder);
  const model = await openServedModel(folder, siteKey);
  const threads = new AnswerThreads(model, { folder, siteKey });
  const closeModel = async (): Promise<void> => {
    await threads.close();
    await model.close();
  };
  try {
    await rehearse(model, threads, config.abstain, effects.now());
    const { id } = model.manifest;
    const context: ServerContext = {
      ...shared,
      model,
      answers: new AnswerStore(id, threads, state, effects),
      stages: await siteStageKeeper(site, model, sandbox, state, effects),
      alarms: new AlarmWatch(id, state, effects),
      requests: new RequestWindow(model, config.monitor),
      meaning: new EventMeaning(
        model.reader.checkpoint.vocabulary,
        configuration.records.units,
        configuration.terminology.icd9cm,
      ),
    };
    await rehearseRequests(context, threads, rehearsals);
    const app = await createServer(context, options);
    await app.ready();
    return {
      context,
      app,
      close: async () => {
        await app.close();
        await closeModel();
      },
    };
  } catch (error) {
    await closeModel();
    throw error;
  }
}
