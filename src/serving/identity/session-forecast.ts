/**
 * The forecast of a session's patient: the record comes from the EHR that has launched, with the launch's token.
 * Invariant: nothing is asked of the EHR before it is known that the session may see the patient.
 */
import { LongitudeError } from "../../errors/longitude-error.ts";
import { PATIENT_REFUSED } from "../../errors/registry.ts";
import { askRecord } from "../answers/ask-record.ts";
import { shownOf } from "../answers/forecast-request.ts";
import { wholeRecord } from "../cds/whole-record.ts";
import { patientRecord } from "../records/patient-record.ts";
import type { ServerContext } from "../server-context.ts";
import type { Identity } from "./identity.ts";
import { scopesOf } from "./roles.ts";
import type { Session } from "./sessions.ts";

/** @param patient the launch's when left out @throws LongitudeError PATIENT_REFUSED, PREFETCH_MISSING, ANSWER_WITHHELD */
export async function sessionForecast(
  context: ServerContext,
  identity: Identity,
  session: Session,
  patient?: string,
) {
  const { launch } = session;
  const asked = patient ?? launch?.patient ?? null;
  if (launch === null || asked === null)
    throw new LongitudeError(PATIENT_REFUSED, "the session was launched from no patient's chart");
  if (!(await identity.sessions.maySee(session, asked)))
    throw new LongitudeError(PATIENT_REFUSED, "the session was launched for another patient");
  return shownOf(await askPatient(context, session, asked));
}

/** Reads the record from the EHR that has launched, with the launch's token, and asks the model. */
async function askPatient(context: ServerContext, session: Session, asked: string) {
  const resources = await wholeRecord(context, {
    allowed: context.config.smart.servers.map(({ iss }) => iss),
    prefetch: undefined,
    fhirServer: session.launch?.fhirServer,
    token: session.launch?.accessToken,
    patientId: asked,
  });
  return askRecord(
    context,
    { tenant: session.tenant, client: session.id, scopes: scopesOf(session.roles) },
    {
      ...patientRecord(resources, asked, context.records),
      at: null,
      explain: true,
      kind: "v1",
      detail: "workspace",
      unit: "",
      patient: asked,
    },
  );
}
