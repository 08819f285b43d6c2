/** What the worklist asks: the person's units, and the list of one. Looking across patients stands in the audit log. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { LongitudeError } from "../../../errors/longitude-error.ts";
import { ROLE_REQUIRED } from "../../../errors/registry.ts";
import { unit } from "../../answers/forecast-request.ts";
import { readsUnits } from "../../identity/roles.ts";
import { sessionOf } from "../../identity/session-routes.ts";
import type { Session } from "../../identity/sessions.ts";
import { keyedExamples, type RecordDesk } from "../patient/open-record.ts";
import { nameIn } from "../patient/patient-banner.ts";
import { type ExampleNames, SPANS, unitList, unitListSchema, unitsOf, unitsSchema } from "./unit-list.ts";

const query = z.object({
  unit,
  days: z.coerce
    .number()
    .pipe(z.union(SPANS.map((days) => z.literal(days))))
    .default(7),
  /** Place in the list of what is forecast. */
  task: z.coerce.number().int().min(0).max(1000).default(0),
});

export function unitRoutes(instance: FastifyInstance, desk: RecordDesk): void {
  const { context } = desk;
  const app = instance.withTypeProvider<ZodTypeProvider>();
  app.get(
    "/workspace/units",
    {
      schema: {
        tags: ["workspace"],
        summary: "The units whose worklist the person may read",
        response: { 200: unitsSchema },
      },
    },
    async (request) => {
      const session = readerOf(request);
      return unitsOf(context, session, (await keyedExamples(desk, session)).length > 0);
    },
  );
  app.get(
    "/workspace/units/list",
    {
      schema: {
        tags: ["workspace"],
        summary:
          "Whose forecast was shown in a unit lately, the newest of each; audited as a read across patients",
        querystring: query,
        response: { 200: unitListSchema },
      },
    },
    async (request) => {
      const session = readerOf(request);
      return unitList(context, session, request.query, await namesOf(desk, session));
    },
  );
}

/** @throws LongitudeError LOGIN_REQUIRED, ROLE_REQUIRED */
function readerOf(request: FastifyRequest): Session {
  const session = sessionOf(request);
  if (!readsUnits(session.roles))
    throw new LongitudeError(ROLE_REQUIRED, "none of the person's roles reads a worklist");
  return session;
}

async function namesOf(desk: RecordDesk, session: Session): Promise<ExampleNames> {
  const examples = await keyedExamples(desk, session);
  return new Map(
    examples.flatMap(({ key, id, resources }) => {
      const name = nameIn(resources, id);
      return name === null ? [] : [[key, name] as const];
    }),
  );
}
