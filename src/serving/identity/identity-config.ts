/** How people log in: an OpenID Connect provider, and EHRs that launch the workspace by SMART. */
import { z } from "zod";
import { secureAddress } from "../../ingest/bulk/secure-address.ts";
import { EVERY_UNIT, PERSON_ROLES } from "./roles.ts";

const tenantId = z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,63}$/, "a short id");
const unit = z.union([
  z.literal(EVERY_UNIT),
  z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, "a unit as requests name it, or *"),
]);
const roles = z.array(z.enum(PERSON_ROLES)).min(1);

const login = {
  clientId: z.string().min(1).max(200).describe("The id that this server is registered by."),
  clientSecretFile: z
    .string()
    .min(1)
    .optional()
    .describe(
      "A file with the client's secret; a client without a secret or a key is public, and proves itself by PKCE alone.",
    ),
  clientKeyFile: z
    .string()
    .min(1)
    .optional()
    .describe(
      "A file with the client's private key as a JSON Web Key (with `alg` RS384 or ES384), instead of a secret.",
    ),
  tenant: tenantId.default("local").describe("The institution that its people belong to."),
  origins: z
    .array(secureAddress)
    .default([])
    .describe("Further origins that its token and key addresses may stand on; others are not asked."),
};

const provider = z.strictObject({
  issuer: secureAddress.describe("As its discovery document states it."),
  ...login,
  scope: z.string().default("openid profile").describe("What is asked for."),
  rolesClaim: z
    .string()
    .min(1)
    .default("roles")
    .describe(
      "The claim of the ID token with a person's roles; dots lead inwards, e.g. `realm_access.roles`.",
    ),
  roles: z
    .record(z.string(), roles)
    .describe("Value of the claim \u2192 roles here; who has none of them is refused."),
  unitsClaim: z
    .string()
    .min(1)
    .default("groups")
    .describe("The claim of the ID token with a person's units, read as `rolesClaim` is."),
  units: z
    .record(z.string(), z.array(unit).min(1))
    .default({})
    .describe(
      "Value of the claim \u2192 units whose worklist a clinician may read, as requests name them; `*` is every unit.",
    ),
});

const smartServer = z.strictObject({
  iss: secureAddress.describe("The FHIR server's base address, as `iss` of a launch names it."),
  ...login,
  scope: z
    .string()
    .default("openid fhirUser patient/*.rs")
    .describe("What is asked for; `launch` is added in an EHR launch, `launch/patient` in a standalone one."),
  roles: roles.default(["clinician"]).describe("Roles of whoever its EHR has logged in."),
});

export const peopleSchema = z.strictObject({
  /** The OpenID Connect provider; without one, people log in by the link that is printed at start, on this machine alone. */
  provider: provider.optional(),
  /** Log-off after so many minutes without a request. */
  idleMinutes: z.number().positive().max(480).default(15),
  /** Log-off after so many hours, whatever was done. */
  absoluteHours: z.number().positive().max(24).default(10),
  /** For how long the glass stays broken. */
  breakGlassMinutes: z.number().positive().max(240).default(30),
  /** Origins whose pages may show the workspace in a frame, e.g. the EHR's. */
  frameAncestors: z.array(secureAddress).default([]),
});

export const smartSchema = z.strictObject({
  /** EHRs that may launch the workspace; no other server is asked. */
  servers: z.array(smartServer).default([]),
});

export type PeopleConfig = z.output<typeof peopleSchema>;
export type SmartServer = z.output<typeof smartServer>;
