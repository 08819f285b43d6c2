/** `GET /v1/monitor`: figures and alarms as they are now; and the timer by which the server looks and acts. */
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { MS_PER_DAY } from "../../vetting/duration.ts";
import type { ServerContext } from "../server-context.ts";
import { matureOutcomes } from "./mature.ts";
import { type MonitorReport, monitorFigures, monitorToldSchema, runMonitor } from "./run-monitor.ts";

export function monitorRoutes(instance: FastifyInstance, context: ServerContext): void {
  const app = instance.withTypeProvider<ZodTypeProvider>();
  app.get(
    "/v1/monitor",
    {
      schema: {
        tags: ["v1"],
        summary: "Figures of each unit of the tenant, the alarms that stand, and what has matured",
        response: { 200: monitorToldSchema },
      },
    },
    async (request) => {
      const { tenant } = await context.access.system(request.headers.authorization, "Metrics", "r");
      const told = await monitorFigures(monitored(context));
      const own = (one: { readonly tenant: string }) => one.tenant === tenant;
      return {
        ...told,
        units: told.units.filter(own),
        standing: told.standing.filter(own),
        evidence: told.evidence.filter(own),
      };
    },
  );
  let matureAt = 0;
  let looking = Promise.resolve();
  const timer = setInterval(() => {
    looking = looking.then(async () => {
      const now = context.effects.now();
      await look(context, now >= matureAt);
      if (now >= matureAt) matureAt = now + MS_PER_DAY;
    });
  }, context.config.monitor.everyMinutes * 60_000);
  timer.unref();
  instance.addHook("onClose", async () => {
    clearInterval(timer);
    await looking;
  });
}

function monitored({ model, stages, state, effects, config, requests }: ServerContext) {
  return { model, stages, state, effects, requests, config: config.monitor };
}

/** @param mature whether outcomes are matured as well, once a day. A look that fails is logged, and the next one comes. */
async function look(context: ServerContext, mature: boolean): Promise<void> {
  try {
    if (mature) await matureOutcomes(context);
    const report = await runMonitor(monitored(context));
    context.alarms.forget();
    tell(context, report);
  } catch (error) {
    context.log.write({
      event: "failed",
      requestId: "monitor",
      route: "monitor",
      code: error instanceof LongitudeError ? error.code : "INTERNAL",
      kind: error instanceof Error ? error.name : typeof error,
    });
  }
}

function tell({ metrics, log, model }: ServerContext, { units, returned }: MonitorReport): void {
  metrics.alarms.reset();
  metrics.drift.reset();
  for (const { unit, alarms, inputs, scores } of units) {
    for (const { rule } of alarms) metrics.alarms.inc({ unit, rule });
    metrics.drift.set({ unit, of: "inputs" }, Math.max(0, ...inputs.map(({ psi }) => psi)));
    metrics.drift.set({ unit, of: "scores" }, Math.max(0, ...scores.map(({ psi }) => psi)));
  }
  for (const _ of returned) log.write({ event: "alarm", release: model.manifest.id });
}
