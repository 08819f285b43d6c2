/** FHIR R4: the operation `Patient/$longitude-forecast`, what it gave before, the device, and what the server can do. */
import type { FastifyInstance, FastifyReply } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { RECORD_UNUSABLE, REQUEST_INVALID } from "../../errors/registry.ts";
import { isObject, listAt, objectAt, textAt } from "../../ingest/json-access.ts";
import { askRecord } from "../answers/ask-record.ts";
import { withheld } from "../answers/forecast-request.ts";
import { capabilityStatement } from "../fhir/capability-statement.ts";
import { device, guidanceResponse, riskAssessment } from "../fhir/resources.ts";
import { patientRecord } from "../records/patient-record.ts";
import { instantOf, instantSchema } from "../records/timeline-input.ts";
import type { ServerContext } from "../server-context.ts";

const resource = z.looseObject({ resourceType: z.enum(["Bundle", "Parameters"]) });
const OPERATION = "/Patient/$longitude-forecast";

export function fhirRoutes(instance: FastifyInstance, context: ServerContext): void {
  const app = instance.withTypeProvider<ZodTypeProvider>();
  for (const base of ["/fhir", ""]) {
    app.post(
      `${base}${OPERATION}`,
      {
        schema: {
          tags: ["fhir"],
          summary: "A Bundle with one person's record in, a RiskAssessment out",
          body: resource,
          ...(base === "" ? { hide: true } : {}),
        },
      },
      async (request, reply) => {
        const principal = await context.access.system(request.headers.authorization, "RiskAssessment", "c");
        const { bundle, patient: named, at } = inputOf(request.body);
        const { timeline, leftOut, displays } = patientRecord([bundle], named, context.records);
        const patient = named ?? patientIdIn(bundle);
        const { answer, shown, stage, because } = await askRecord(context, principal, {
          events: timeline.events,
          leftOut,
          displays,
          at,
          explain: true,
          kind: "fhir",
          detail: "forecast",
          unit: "",
          patient,
        });
        if (answer === null || shown.length === 0) throw withheld(stage, because);
        const assessed = shown.some(({ forecast }) => forecast.risk !== null);
        return fhir(
          reply,
          assessed || request.body.resourceType === "Bundle"
            ? riskAssessment(answer, shown, patient)
            : guidanceResponse(answer, patient),
        );
      },
    );
  }
  app.get(
    "/fhir/metadata",
    { schema: { tags: ["fhir"], summary: "What the server can do" } },
    (_request, reply) => fhir(reply, capabilityStatement(context.address(), context.model.manifest)),
  );
  app.get(
    "/fhir/Device/:id",
    {
      schema: { tags: ["fhir"], summary: "The released model", params: z.object({ id: z.string().max(64) }) },
    },
    async (request, reply) => {
      await context.access.system(request.headers.authorization, "Device", "r");
      const { id, model, version, reviewBy } = context.model.manifest;
      if (request.params.id !== id) throw new LongitudeError(REQUEST_INVALID, "no such device");
      return fhir(reply, device({ release: { id, model, version, reviewBy } }));
    },
  );
}

function inputOf(body: z.output<typeof resource>): {
  bundle: unknown;
  patient: string | null;
  at: number | null;
} {
  if (body.resourceType === "Bundle") return { bundle: body, patient: null, at: null };
  const parameter = (name: string) => listAt(body, "parameter").find((one) => textAt(one, "name") === name);
  const bundle = objectAt(parameter("record"), "resource");
  if (bundle?.resourceType !== "Bundle")
    throw new LongitudeError(REQUEST_INVALID, "parameter record: a Bundle with the person's record");
  const patient = textAt(parameter("patient"), "valueId") ?? textAt(parameter("patient"), "valueString");
  if (patient !== null && !/^[A-Za-z0-9.-]{1,64}$/.test(patient))
    throw new LongitudeError(REQUEST_INVALID, "parameter patient: a FHIR id");
  const written = textAt(parameter("at"), "valueDateTime") ?? textAt(parameter("at"), "valueInstant");
  const at = instantSchema.nullable().safeParse(written);
  if (!at.success) throw new LongitudeError(REQUEST_INVALID, "parameter at: a date or a date and time");
  return { bundle, patient, at: instantOf(at.data) };
}

function patientIdIn(bundle: unknown): string {
  const patients = listAt(bundle, "entry")
    .map((entry) => objectAt(entry, "resource"))
    .filter((entry) => isObject(entry) && entry.resourceType === "Patient");
  const id = textAt(patients[0], "id");
  if (id === null) throw new LongitudeError(RECORD_UNUSABLE, "the Patient of the Bundle has no id");
  return id;
}

function fhir(reply: FastifyReply, body: object): FastifyReply {
  return reply.type("application/fhir+json; charset=utf-8").send(body);
}
