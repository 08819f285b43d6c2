/** FHIR R4: the operation `Patient/$longitude-forecast`, what it gave before, the device, and what the server can do. */
import type { FastifyInstance, FastifyReply } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { RECORD_UNUSABLE, REQUEST_INVALID } from "../../errors/registry.ts";
import { isObject, listAt, objectAt, textAt } from "../../ingest/json-access.ts";
import type { Principal } from "../access/principal.ts";
import { answerSchema } from "../answers/answer.ts";
import { readStoredAnswer } from "../answers/answer-store.ts";
import { askRecord } from "../answers/ask-record.ts";
import { countFailures } from "../answers/count-failures.ts";
import { withheld } from "../answers/forecast-request.ts";
import { fhirId } from "../cds/hooks.ts";
import { wholeRecord } from "../cds/whole-record.ts";
import { capabilityStatement } from "../fhir/capability-statement.ts";
import { device, guidanceResponse, provenance, riskAssessment } from "../fhir/resources.ts";
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
        const patient = named ?? patientIdIn(bundle);
        const read = async () => ({ resources: [bundle], patient, at });
        return fhir(reply, await assessed(context, principal, read));
      },
    );
  }
  app.post(
    "/fhir/Patient/:id/$longitude-forecast",
    {
      schema: {
        tags: ["fhir"],
        summary:
          "A patient's id in: the record is fetched from a FHIR server that the site lists (Parameters: fhirServer, accessToken, at)",
        params: z.object({ id: fhirId }),
        body: z.looseObject({ resourceType: z.literal("Parameters") }),
      },
    },
    async (request, reply) => {
      const principal = await context.access.system(request.headers.authorization, "RiskAssessment", "c");
      const { id: patient } = request.params;
      const server = parameterOf(request.body, "fhirServer");
      const read = async () => ({
        resources: await wholeRecord(context, {
          allowed: context.config.cds.fhirServers,
          prefetch: undefined,
          fhirServer: textAt(server, "valueUrl") ?? textAt(server, "valueUri") ?? undefined,
          token: textAt(parameterOf(request.body, "accessToken"), "valueString") ?? undefined,
          patientId: patient,
        }),
        patient,
        at: timeOf(request.body),
      });
      return fhir(reply, await assessed(context, principal, read));
    },
  );
  app.get(
    "/fhir/Provenance/:id",
    {
      schema: {
        tags: ["fhir"],
        summary: "Where a RiskAssessment comes from: its model, and the hash of its input",
        params: z.object({
          id: z.string().regex(/^prov-[0-9a-f]{32}$/, "the id of a RiskAssessment's Provenance"),
        }),
      },
    },
    async (request, reply) => {
      const { tenant } = await context.access.system(request.headers.authorization, "Provenance", "r");
      const id = request.params.id.replace("prov-", "ans-");
      const { answer, at } = await context.state.transaction((tx) => readStoredAnswer(tx, id, tenant));
      return fhir(reply, provenance(answerSchema.parse(JSON.parse(answer)), at));
    },
  );
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
  const bundle = objectAt(parameterOf(body, "record"), "resource");
  if (bundle?.resourceType !== "Bundle")
    throw new LongitudeError(REQUEST_INVALID, "parameter record: a Bundle with the person's record");
  const named = parameterOf(body, "patient");
  const patient = textAt(named, "valueId") ?? textAt(named, "valueString");
  if (patient !== null && !fhirId.safeParse(patient).success)
    throw new LongitudeError(REQUEST_INVALID, "parameter patient: a FHIR id");
  return { bundle, patient, at: timeOf(body) };
}

function parameterOf(body: unknown, name: string): unknown {
  return listAt(body, "parameter").find((one) => textAt(one, "name") === name);
}

function timeOf(body: unknown): number | null {
  const parameter = parameterOf(body, "at");
  const written = textAt(parameter, "valueDateTime") ?? textAt(parameter, "valueInstant");
  const at = instantSchema.nullable().safeParse(written);
  if (!at.success) throw new LongitudeError(REQUEST_INVALID, "parameter at: a date or a date and time");
  return instantOf(at.data);
}

interface AssessedRecord {
  readonly resources: readonly unknown[];
  /** FHIR id. */
  readonly patient: string;
  readonly at: number | null;
}

/** A RiskAssessment, or a GuidanceResponse where nothing could be forecast. @throws LongitudeError ANSWER_WITHHELD */
async function assessed(context: ServerContext, principal: Principal, read: () => Promise<AssessedRecord>) {
  const asked = { kind: "fhir.forecast", unit: "" };
  const { answer, shown, stage, because, patient } = await countFailures(
    context,
    principal,
    asked,
    async () => {
      const { resources, patient, at } = await read();
      const answered = await askRecord(context, principal, {
        ...patientRecord(resources, patient, context.records),
        at,
        explain: true,
        kind: "fhir",
        detail: "forecast",
        unit: asked.unit,
        patient,
      });
      return { ...answered, patient };
    },
  );
  if (answer === null || shown.length === 0) throw withheld(stage, because);
  return shown.some(({ forecast }) => forecast.risk !== null)
    ? riskAssessment(answer, shown, patient)
    : guidanceResponse(answer, shown, patient);
}

function patientIdIn(bundle: unknown): string {
  const patients = listAt(bundle, "entry")
    .map((entry) => objectAt(entry, "resource"))
    .filter((entry) => isObject(entry) && entry.resourceType === "Patient");
  if (new Set(patients.map((patient) => textAt(patient, "id"))).size > 1)
    throw new LongitudeError(RECORD_UNUSABLE, "the Bundle holds several Patients, and none is named");
  const id = textAt(patients[0], "id");
  if (id === null) throw new LongitudeError(RECORD_UNUSABLE, "the Patient of the Bundle has no id");
  return id;
}

function fhir(reply: FastifyReply, body: object): FastifyReply {
  return reply.type("application/fhir+json; charset=utf-8").send(body);
}
