/** CDS Hooks 2.0.1, with the 3.0 fields of discovery: which services there are, their cards, and feedback on them. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { REQUEST_INVALID, ROUTE_UNKNOWN } from "../../errors/registry.ts";
import { isoTime } from "../../state/value-parsers.ts";
import { askRecord } from "../answers/ask-record.ts";
import { countFailures } from "../answers/count-failures.ts";
import { storeFeedback } from "../answers/store-feedback.ts";
import { cardIdOf } from "../cds/card-id.ts";
import { cardsOf } from "../cds/cards.ts";
import { feedbackSchema } from "../cds/feedback.ts";
import { allowedBase } from "../cds/fetch-record.ts";
import {
  HOOK_NAMES,
  HOOKS,
  type Hook,
  type HookContext,
  type HookRequest,
  hookOf,
  hookRequestSchema,
  serviceIdOf,
} from "../cds/hooks.ts";
import { wholeRecord } from "../cds/whole-record.ts";
import { writeBack } from "../cds/write-back.ts";
import { patientRecord } from "../records/patient-record.ts";
import type { ServerContext } from "../server-context.ts";

const params = z.object({ id: z.string().max(100) });

export function cdsRoutes(instance: FastifyInstance, context: ServerContext): void {
  const app = instance.withTypeProvider<ZodTypeProvider>();
  app.get(
    "/cds-services",
    { schema: { tags: ["cds"], summary: "The services, with what they want prefetched" } },
    async (request) => {
      await context.access.cds(request.headers.authorization, pathOf(request));
      return {
        services: HOOK_NAMES.map((hook) => ({
          hook,
          id: serviceIdOf(hook),
          title: "Forecasts of risk",
          description: `Risks of ${context.model.outcomes.length} outcomes with what happened to comparable people, or the reason why there is none`,
          prefetch: context.model.prefetch,
          usageRequirements:
            "Every part of the prefetch, or fhirAuthorization for a FHIR server that the site lists",
          version: context.model.manifest.version,
          hookVersion: "1.0",
        })),
      };
    },
  );
  app.post(
    "/cds-services/:id",
    { schema: { tags: ["cds"], summary: "Cards for one patient", params, body: hookRequestSchema } },
    async (request) => {
      const hook = knownHook(request.params.id);
      const principal = await context.access.cds(request.headers.authorization, pathOf(request));
      const hookContext = contextOf(hook, request.body);
      const unit = unitOf(request.body);
      const { answer, shown } = await countFailures(
        context,
        principal,
        { kind: `cds.${hook}`, unit },
        async () => {
          const resources = await wholeRecord(context, {
            allowed: context.config.cds.fhirServers,
            prefetch: request.body.prefetch,
            fhirServer: request.body.fhirServer,
            token: request.body.fhirAuthorization?.access_token,
            patientId: hookContext.patientId,
          });
          return askRecord(context, principal, {
            ...patientRecord(resources, hookContext.patientId, context.records),
            at: null,
            explain: true,
            kind: "cds",
            detail: hook,
            unit,
            patient: hookContext.patientId,
            cardOf: (id) => cardIdOf(request.body.hookInstance, request.params.id, id),
          });
        },
      );
      const { fhirServer, fhirAuthorization } = request.body;
      const base = allowedBase({ fhirServer, allowed: context.config.cds.fhirServers });
      if (answer !== null)
        writeBack(context, {
          answer,
          shown,
          patient: hookContext.patientId,
          base,
          token: fhirAuthorization?.access_token,
          requestId: request.id,
        });
      return {
        cards:
          answer === null
            ? []
            : cardsOf(answer, shown, {
                site: context.site,
                hookInstance: request.body.hookInstance,
                serviceId: request.params.id,
                fhirServer: base?.href ?? null,
                patient: hookContext.patientId,
                knowledge: context.knowledge(isoTime(context.effects.now()).slice(0, 10)),
                launch: context.config.cds.launch ?? null,
              }),
      };
    },
  );
  app.post(
    "/cds-services/:id/feedback",
    {
      schema: {
        tags: ["cds"],
        summary: "What became of cards; sent again, it counts once",
        params,
        body: feedbackSchema,
      },
    },
    async (request) => {
      knownHook(request.params.id);
      const { tenant, client } = await context.access.cds(request.headers.authorization, pathOf(request));
      const said = request.body.feedback.map((one) => ({
        card: one.card,
        outcome: one.outcome,
        reason: one.outcome === "overridden" ? (one.overrideReason?.reason?.code ?? "") : "",
        content: one,
      }));
      await storeFeedback(context, { tenant, client }, request.params.id, said);
      return {};
    },
  );
}

function knownHook(id: string): Hook {
  const hook = hookOf(id);
  if (hook === null) throw new LongitudeError(ROUTE_UNKNOWN, "there is no such service");
  return hook;
}

function contextOf(hook: Hook, request: HookRequest): HookContext {
  if (request.hook !== hook) throw new LongitudeError(REQUEST_INVALID, `hook: this service answers ${hook}`);
  const parsed = HOOKS[hook].safeParse(request.context);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map(({ path, message }) => `context.${path.join(".")}: ${message}`);
  throw new LongitudeError(REQUEST_INVALID, fields.slice(0, 10).join("; "));
}

/** Where care happens, if the EHR tells it: an extension of the request, a short name. */
function unitOf({ extension }: HookRequest): string {
  const unit = z
    .looseObject({ "longitude-unit": z.string().regex(/^[A-Za-z0-9._-]{1,64}$/) })
    .safeParse(extension);
  return unit.success ? unit.data["longitude-unit"] : "";
}

function pathOf(request: FastifyRequest): string {
  return request.url.split("?")[0] ?? "";
}
