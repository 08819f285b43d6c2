/** The hooks that are served: what each must say about who and where. CDS Hooks 2.0.1, hook library 1.0. */
import { z } from "zod";

/** Dots alone would be another place in an address. */
export const fhirId = z.string().regex(/^(?!\.+$)[A-Za-z0-9.-]{1,64}$/, "a FHIR id");
const user = z.string().min(1).max(200);
const bundle = z.looseObject({ resourceType: z.literal("Bundle") });

export const HOOKS = {
  "patient-view": z.looseObject({ userId: user, patientId: fhirId, encounterId: fhirId.optional() }),
  "encounter-start": z.looseObject({ userId: user, patientId: fhirId, encounterId: fhirId }),
  "encounter-discharge": z.looseObject({ userId: user, patientId: fhirId, encounterId: fhirId }),
  "order-select": z.looseObject({
    userId: user,
    patientId: fhirId,
    encounterId: fhirId.optional(),
    selections: z.array(z.string()),
    draftOrders: bundle,
  }),
  "order-sign": z.looseObject({
    userId: user,
    patientId: fhirId,
    encounterId: fhirId.optional(),
    draftOrders: bundle,
  }),
  "appointment-book": z.looseObject({
    userId: user,
    patientId: fhirId,
    encounterId: fhirId.optional(),
    appointments: bundle,
  }),
} as const;

export type Hook = keyof typeof HOOKS;
export const HOOK_NAMES = Object.keys(HOOKS) as Hook[];

export function serviceIdOf(hook: Hook): string {
  return `longitude-${hook}`;
}

export function hookOf(serviceId: string): Hook | null {
  return HOOK_NAMES.find((hook) => serviceIdOf(hook) === serviceId) ?? null;
}

const fhirAuthorization = z.looseObject({
  access_token: z
    .string()
    .min(1)
    .max(16_384)
    .regex(/^[\x21-\x7e]+$/, "a bearer token"),
  token_type: z.literal("Bearer"),
  expires_in: z.int(),
  scope: z.string(),
  subject: z.string(),
  patient: z.string().optional(),
});

export const hookRequestSchema = z
  .looseObject({
    hook: z.enum(HOOK_NAMES),
    hookInstance: z.string().min(1).max(200),
    fhirServer: z.url({ protocol: /^https?$/ }).optional(),
    fhirAuthorization: fhirAuthorization.optional(),
    context: z.record(z.string(), z.unknown()),
    prefetch: z.record(z.string(), z.unknown()).optional(),
  })
  .refine((request) => request.fhirAuthorization === undefined || request.fhirServer !== undefined, {
    message: "fhirServer is required with fhirAuthorization",
    path: ["fhirServer"],
  });

export type HookRequest = z.output<typeof hookRequestSchema>;

/** What all hooks' contexts say. */
export interface HookContext {
  readonly userId: string;
  readonly patientId: string;
  readonly encounterId?: string | undefined;
}
