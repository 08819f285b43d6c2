/**
 * Sends the hook that opens a record some times through its route before the first real one comes, with invented patients
 * and a state that forgets: what is compiled as it is used is then compiled, and no patient of a day waits longer than others.
 * Invariant: nothing is recorded, counted or logged, and nothing leaves the server.
 */
import fastify from "fastify";
import { MS_PER_DAY } from "../vetting/duration.ts";
import { AccessControl } from "./access/access-control.ts";
import { AnswerStore } from "./answers/answer-store.ts";
import type { AnswerThreads } from "./answers/answer-threads.ts";
import { serviceIdOf } from "./cds/hooks.ts";
import { forgettingState } from "./forgetting-state.ts";
import { AlarmWatch } from "./monitor/alarm-watch.ts";
import { speakJson } from "./routes/body.ts";
import { cdsRoutes } from "./routes/cds-routes.ts";
import type { ServerContext } from "./server-context.ts";
import { createServerMetrics } from "./server-metrics.ts";
import type { ReleaseStage } from "./stages/effective-stage.ts";
import { StageKeeper } from "./stages/stage-keeper.ts";
import { NO_TRACING } from "./tracing/open-tracing.ts";

const AT_ONCE = 4;
const EVENTS = 500;
const SANDBOX: ReleaseStage = { stage: "silent", stated: [], highest: "live", because: null, sandbox: true };

/** What is coded in which resource, with what the codes' names begin with here, and what else stands there. */
const CODED = [
  {
    ...{ key: "conditions", type: "Condition", prefix: "ICD10CM/" },
    system: "http://hl7.org/fhir/sid/icd-10-cm",
    rest: (at: string) => ({ onsetDateTime: at, recordedDate: at }),
  },
  {
    ...{ key: "observations", type: "Observation", prefix: "LOINC/" },
    system: "http://loinc.org",
    rest: (at: string, i: number) => ({
      status: "final",
      effectiveDateTime: at,
      valueQuantity: { value: i, unit: "mg/dL", system: "http://unitsofmeasure.org", code: "mg/dL" },
    }),
  },
];

/** @returns status of each answer */
export async function rehearseRequests(
  context: ServerContext,
  threads: AnswerThreads,
  requests: number,
): Promise<number[]> {
  const app = fastify();
  speakJson(app);
  cdsRoutes(app, rehearsed(context, threads));
  const statuses: number[] = [];
  const url = `/cds-services/${serviceIdOf("patient-view")}`;
  let next = 0;
  const one = async (): Promise<void> => {
    while (next < requests) {
      const payload = patientView(context, next++);
      statuses.push((await app.inject({ method: "POST", url, payload })).statusCode);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  await app.close();
  return statuses;
}

function rehearsed(context: ServerContext, threads: AnswerThreads): ServerContext {
  const { model, effects, folder, secret, config, address } = context;
  const { id } = model.manifest;
  const state = forgettingState(context.state);
  const open = { ...config, clients: [], cds: { ...config.cds, clients: [] } };
  return {
    ...context,
    state,
    config: open,
    answers: new AnswerStore(id, threads, state, effects),
    stages: new StageKeeper(id, async () => SANDBOX, state, effects),
    alarms: new AlarmWatch(id, state, effects),
    access: new AccessControl({ config: open, folder, state, effects, secret, loopback: true, address }),
    log: { write: () => undefined },
    metrics: createServerMetrics(),
    tracing: NO_TRACING,
  };
}

/** A call of the hook about somebody whose codes are among the model's. */
function patientView({ model, effects }: ServerContext, person: number): object {
  const id = `rehearsal-${person}`;
  const tokens = model.reader.checkpoint.vocabulary.file.tokens;
  const record = CODED.map(({ key, type, prefix, system, rest }) => {
    const codes = tokens.flatMap((token) => (token.startsWith(prefix) ? [token.slice(prefix.length)] : []));
    const resources = Array.from({ length: codes.length === 0 ? 0 : EVENTS / CODED.length }, (_, i) => {
      const day = effects.now() - ((EVENTS - i) * 20 + person) * MS_PER_DAY;
      const code = codes[(i * 7 + person) % codes.length] as string;
      return {
        resourceType: type,
        id: `${id}-${type}-${i}`,
        subject: { reference: `Patient/${id}` },
        code: { coding: [{ system, code, display: code }] },
        ...rest(new Date(day).toISOString().slice(0, 10), i),
      };
    });
    return [key, bundleOf(resources)];
  });
  return {
    hook: "patient-view",
    hookInstance: `00000000-0000-4000-8000-${String(person).padStart(12, "0")}`,
    context: { userId: "Practitioner/rehearsal", patientId: id },
    prefetch: {
      ...Object.fromEntries(Object.keys(model.prefetch).map((key) => [key, bundleOf([])])),
      ...Object.fromEntries(record),
      patient: { resourceType: "Patient", id, gender: "female", birthDate: "1961-03-14" },
    },
  };
}

function bundleOf(resources: readonly object[]): object {
  return { resourceType: "Bundle", type: "searchset", entry: resources.map((resource) => ({ resource })) };
}
