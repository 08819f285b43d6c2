/**
 * The record that a session opens: the launch's patient, read from the EHR with the launch's token; an example of a sandbox; or, where
 * the glass is broken, what the newest answer about the person was made from, because a key does not lead back to the EHR.
 * Invariant: nothing is read before it is known that the session may see the patient; addresses have keys, never a patient's id.
 */
import { resolve } from "node:path";
import { LongitudeError } from "../../../errors/longitude-error.ts";
import { PATIENT_REFUSED, RECORD_NOT_STORED } from "../../../errors/registry.ts";
import type { Principal } from "../../access/principal.ts";
import { newestInputOf, type StoredInput } from "../../answers/answer-store.ts";
import { patientKeyOf } from "../../answers/ask-record.ts";
import { wholeRecord } from "../../cds/whole-record.ts";
import { createIdentity, type Identity } from "../../identity/identity.ts";
import { scopesOf, seesPatients } from "../../identity/roles.ts";
import type { Session } from "../../identity/sessions.ts";
import { type PatientRecord, patientRecord } from "../../records/patient-record.ts";
import type { ServerContext } from "../../server-context.ts";
import { type ExamplePatient, ExamplePatients } from "../example-patients.ts";

/** Stands for the patient whose chart has launched the session. */
export const LAUNCH_KEY = "launch";
/** What the workspace calls a patient. */
export const PATIENT_KEY = new RegExp(`^(${LAUNCH_KEY}|[0-9a-f]{32})$`);

export interface OpenedRecord {
  readonly key: string;
  /** Of the person within the tenant, as everything that is stored has it. */
  readonly patientKey: string;
  /** FHIR id; null where the record is a stored one, which has none. */
  readonly patientId: string | null;
  readonly resources: readonly unknown[];
  readonly record: PatientRecord;
  readonly example: boolean;
  /** What the newest answer about the person was made from, where the record is that and not the chart's; else null. */
  readonly stored: StoredInput | null;
}

export interface RecordDesk {
  readonly context: ServerContext;
  readonly identity: Identity;
  /** Null where the site names none. */
  readonly examples: ExamplePatients | null;
  /** Resources of an example → its record. */
  readonly exampleRecords: WeakMap<readonly unknown[], PatientRecord>;
  /** Code → text, as records said it since the start: names what a record lacks. */
  readonly codeTexts: Map<string, string>;
}

export function recordDesk(context: ServerContext): RecordDesk {
  const { config, folder } = context;
  const examples =
    config.examples === undefined ? null : new ExamplePatients(resolve(folder, config.examples));
  return {
    ...{ context, identity: createIdentity(context), examples },
    ...{ exampleRecords: new WeakMap(), codeTexts: new Map() },
  };
}

export function principalOf({ tenant, id, roles }: Session): Principal {
  return { tenant, client: id, scopes: scopesOf(roles) };
}

/** @throws LongitudeError PATIENT_REFUSED, RECORD_NOT_STORED, PREFETCH_MISSING, RECORD_UNUSABLE */
export async function openRecord(desk: RecordDesk, session: Session, key: string): Promise<OpenedRecord> {
  requireSight(session);
  const { context, identity } = desk;
  const { launch } = session;
  const patientId = launch?.patient ?? null;
  const patientKey = patientId === null ? null : patientKeyOf(context.secret, session.tenant, patientId);
  if (key !== LAUNCH_KEY && key !== patientKey) {
    const found = (await keyedExamples(desk, session)).find((example) => example.key === key);
    if (found !== undefined) return openedExample(desk, found);
    if (await identity.sessions.glassBroken(session, key)) return openedStored(desk, session, key);
    throw new LongitudeError(PATIENT_REFUSED, "no patient of that key is open to this session");
  }
  if (launch === null || patientId === null || patientKey === null)
    throw new LongitudeError(PATIENT_REFUSED, "the session was launched from no patient's chart");
  if (!(await identity.sessions.maySee(session, patientId)))
    throw new LongitudeError(PATIENT_REFUSED, "the session was launched for another patient");
  const resources = await wholeRecord(context, {
    allowed: context.config.smart.servers.map(({ iss }) => iss),
    prefetch: undefined,
    fhirServer: launch.fhirServer,
    token: launch.accessToken,
    patientId,
  });
  return {
    key,
    patientKey,
    patientId,
    resources,
    record: read(desk, resources, patientId),
    example: false,
    stored: null,
  };
}

/** @throws LongitudeError RECORD_NOT_STORED */
async function openedStored(
  { context, codeTexts }: RecordDesk,
  { tenant }: Session,
  patientKey: string,
): Promise<OpenedRecord> {
  const release = context.model.manifest.id;
  const stored = await context.state.transaction((tx) => newestInputOf(tx, { tenant, release, patientKey }));
  if (stored === null) throw new LongitudeError(RECORD_NOT_STORED, "no record of that key is stored here");
  const { events, leftOut, displays: texts } = stored.input;
  const displays = new Map(Object.entries(texts));
  for (const [code, text] of displays) codeTexts.set(code, text);
  return {
    ...{ key: patientKey, patientKey, patientId: null, resources: [], example: false, stored },
    record: { events, leftOut, displays },
  };
}

/** The examples of a sandbox; none elsewhere. @throws LongitudeError PATIENT_REFUSED */
export async function examplesOf(desk: RecordDesk, session: Session): Promise<OpenedRecord[]> {
  requireSight(session);
  return (await keyedExamples(desk, session)).map((example) => openedExample(desk, example));
}

export interface KeyedExample extends ExamplePatient {
  readonly key: string;
}

/** As they stand in their files, unread. */
export async function keyedExamples(
  { context, examples }: RecordDesk,
  { tenant }: Session,
): Promise<KeyedExample[]> {
  const { release } = await context.stages.current();
  if (!release.sandbox || examples === null) return [];
  const listed = await examples.list(context.effects.now());
  return listed.map((example) => ({ ...example, key: patientKeyOf(context.secret, tenant, example.id) }));
}

/** Examples stay what they are while the server runs: each is read once. */
function openedExample(desk: RecordDesk, { key, id, resources }: KeyedExample): OpenedRecord {
  const record = desk.exampleRecords.get(resources) ?? read(desk, resources, id);
  desk.exampleRecords.set(resources, record);
  return { key, patientKey: key, patientId: id, resources, record, example: true, stored: null };
}

function read(
  { context, codeTexts }: RecordDesk,
  resources: readonly unknown[],
  patientId: string,
): PatientRecord {
  const record = patientRecord(resources, patientId, context.records);
  for (const [code, text] of record.displays) codeTexts.set(code, text);
  return record;
}

function requireSight({ roles }: Session): void {
  if (!seesPatients(roles))
    throw new LongitudeError(PATIENT_REFUSED, "none of the person's roles looks at records");
}
