/** Who may ask the server, what it withholds and how much it takes: the `serving:` section of longitude.yaml. */
import { z } from "zod";
import { secureAddress } from "../ingest/bulk/secure-address.ts";
import { parseDurationDays } from "../vetting/duration.ts";
import { peopleSchema, smartSchema } from "./identity/identity-config.ts";
import { monitorSchema } from "./monitor/monitor-config.ts";

const shortId = z
  .string()
  .regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,63}$/, "a short id: letters, digits, dots, underscores, hyphens");
const httpsAddress = z.url({ protocol: /^https?$/, error: "an http or https address" });
const duration = z
  .string()
  .refine((text) => parseDurationDays(text) !== null, 'a duration is a number and a unit, e.g. "3y"');

const jwks = z.union([
  z.strictObject({
    file: z
      .string()
      .min(1)
      .describe("A file with the client's JSON Web Key Set; paths are relative to longitude.yaml."),
  }),
  z.strictObject({
    url: secureAddress.describe("The address at which the client publishes its JSON Web Key Set."),
  }),
]);

const systemClient = z.strictObject({
  /** `iss` and `sub` of its assertions. */
  id: shortId,
  /** The institution that it asks for; answers, audit and quotas are apart by it. */
  tenant: shortId,
  /** The public keys that it signs with. */
  jwks,
  /** SMART scopes (v2) that it may ask for, e.g. `system/RiskAssessment.c`. */
  scopes: z.array(z.string().min(1)).min(1),
});

/** Of a tenant that the site does not list. */
export const DEFAULT_QUOTAS = { requestsPerMinute: 600, forecastsPerDay: 100_000 };

const tenant = z.strictObject({
  /** Name that clients refer to. */
  id: shortId,
  /** Requests a minute, all clients of it together. */
  requestsPerMinute: z.int().min(1).default(DEFAULT_QUOTAS.requestsPerMinute),
  /** Forecasts a day (UTC). */
  forecastsPerDay: z.int().min(1).default(DEFAULT_QUOTAS.forecastsPerDay),
});

const cdsClient = z.strictObject({
  /** `iss` of its JWTs. */
  iss: z.string().min(1),
  /** The institution that it asks for. */
  tenant: shortId,
  /** The public keys that it signs with. */
  jwks,
  /** Addresses that its JWTs may name as `jku`; a JWT that names another is refused. */
  jku: z.array(secureAddress).default([]),
});

const cds = z.strictObject({
  /** Systems that call CDS services; without any, only this machine may. */
  clients: z.array(cdsClient).default([]),
  /** FHIR servers that may be asked for what a prefetch lacks; others are never called. */
  fhirServers: z.array(secureAddress).default([]),
  /** Whether shown forecasts are written into the hospital's record as a RiskAssessment, with the token of the call. */
  writeBack: z.boolean().default(false),
  /** Where a SMART launch into the workspace begins; cards link to it. */
  launch: httpsAddress.optional(),
  /** Origins whose browsers may call CDS services. */
  origins: z.array(httpsAddress).default([]),
});

const limits = z.strictObject({
  /** Larger bodies are refused. */
  bodyMegabytes: z.number().positive().max(256).default(8),
  /** Larger files of `/v1/forecasts/file` and `/v1/validations` are refused. */
  fileMegabytes: z.number().positive().max(1024).default(64),
  /** A request must have come in whole within this time. */
  requestSeconds: z.int().min(1).max(600).default(30),
});

const jobs = z.strictObject({
  /** Jobs of one tenant that may wait or run at a time. */
  perTenant: z.int().min(1).max(1000).default(20),
  /** How long the answer of an ended job can be fetched, days. */
  keepDays: z.number().positive().max(366).default(7),
});

const tracing = z.strictObject({
  /** OTLP over HTTP, e.g. http://127.0.0.1:4318/v1/traces. Its key, if it takes one, stands in OTEL_EXPORTER_OTLP_HEADERS. */
  endpoint: httpsAddress,
  /** Share of the requests that are traced, where the caller has not decided. */
  share: z.number().min(0).max(1).default(1),
});

const abstain = z.strictObject({
  /** Records with fewer dated events known at the prediction time get no forecast. */
  minimumEvents: z.int().min(0).default(1),
  /** Records whose newest event is older get none. */
  stale: duration.default("3y"),
  /** Largest share of events that the model's vocabulary does not know at all. */
  unmapped: z.number().min(0).max(1).default(0.5),
});

export const servingSchema = z.strictObject({
  /** The address that clients use, e.g. behind a balancer; what `aud` of their JWTs must be. Left out: the one listened on. */
  address: httpsAddress.optional(),
  /** Institutions; a client's tenant that is not listed here has the default quotas. */
  tenants: z.array(tenant).default([]),
  /** Systems that ask by SMART Backend Services. */
  clients: z.array(systemClient).default([]),
  /** Systems that ask by CDS Hooks. */
  cds: cds.prefault({}),
  /** How people log in, and when they are logged off. */
  people: peopleSchema.prefault({}),
  /** EHRs that launch the workspace by SMART App Launch. */
  smart: smartSchema.prefault({}),
  /** Folder with FHIR NDJSON of invented or published persons, whom a sandbox shows as examples with their dates moved to today; relative to longitude.yaml. Never a hospital's own export. */
  examples: z.string().min(1).optional(),
  /** How large a request may be and how long it may take. */
  limits: limits.prefault({}),
  /** Work on many people that goes on after it was accepted. */
  jobs: jobs.prefault({}),
  /** A collector of OpenTelemetry to which traces are sent; left out: none are made. */
  tracing: tracing.optional(),
  /** When no forecast is given, with the reason instead. */
  abstain: abstain.prefault({}),
  /** What is watched while it is served, and what an alarm does. */
  monitor: monitorSchema.prefault({}),
});

export type ServingConfig = z.output<typeof servingSchema>;
export type KeySetSource = z.output<typeof jwks>;
