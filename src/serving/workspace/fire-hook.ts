/**
 * Calls a CDS service as an EHR does, about an example person of a sandbox, and tells both sides.
 * Invariant: the call goes through the very route that an EHR calls.
 */
import { randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { PATIENT_REFUSED } from "../../errors/registry.ts";
import { unit } from "../answers/forecast-request.ts";
import { HOOK_NAMES, type Hook, serviceIdOf } from "../cds/hooks.ts";
import type { PrefetchTemplates } from "../cds/prefetch.ts";
import type { DatedResource } from "../records/recent-record.ts";
import type { OpenedRecord } from "./patient/open-record.ts";

export const fireBody = z.strictObject({
  key: z.string().regex(/^[0-9a-f]{32}$/),
  hook: z.enum(HOOK_NAMES),
  /** Where care happens, as an EHR may say it; empty: it does not. */
  unit: unit.default(""),
});

export const firedHookSchema = z.strictObject({
  path: z.string(),
  request: z.unknown(),
  status: z.int(),
  response: z.unknown(),
  milliseconds: z.number(),
});

export type FiredHook = z.output<typeof firedHookSchema>;

/** @param now ms */
export async function fireHook(
  app: FastifyInstance,
  host: string,
  hook: Hook,
  { patientId, resources }: Pick<OpenedRecord, "patientId" | "resources">,
  templates: PrefetchTemplates,
  unitOfCall: string,
  now: () => number,
): Promise<FiredHook> {
  if (patientId === null)
    throw new LongitudeError(PATIENT_REFUSED, "hooks are fired about example people alone");
  const path = `/cds-services/${serviceIdOf(hook)}`;
  const request = {
    hook,
    hookInstance: randomUUID(),
    context: contextOf(hook, patientId),
    prefetch: prefetchOf(resources as readonly DatedResource[], templates),
    ...(unitOfCall === "" ? {} : { extension: { "longitude-unit": unitOfCall } }),
  };
  const begun = now();
  const answered = await app.inject({ method: "POST", url: path, headers: { host }, payload: request });
  return {
    path,
    request,
    status: answered.statusCode,
    response: JSON.parse(answered.body) as unknown,
    milliseconds: now() - begun,
  };
}

const EMPTY = { resourceType: "Bundle", type: "collection", entry: [] };

function contextOf(hook: Hook, patientId: string): object {
  const common = { userId: "Practitioner/example", patientId, encounterId: "example" };
  if (hook === "order-select") return { ...common, selections: [], draftOrders: EMPTY };
  if (hook === "order-sign") return { ...common, draftOrders: EMPTY };
  return hook === "appointment-book" ? { ...common, appointments: EMPTY } : common;
}

/** Each template is answered with the person's resources of its type. */
function prefetchOf(resources: readonly DatedResource[], templates: PrefetchTemplates): object {
  return Object.fromEntries(
    Object.entries(templates).map(([name, template]) => {
      const [type = "", search] = template.split(/[?/]/);
      const own = resources.filter(({ resourceType }) => resourceType === type);
      if (template.startsWith("Patient/")) return [name, own[0] ?? null];
      return [
        name,
        {
          resourceType: "Bundle",
          type: "searchset",
          entry: search === undefined ? [] : own.map((resource) => ({ resource })),
        },
      ];
    }),
  );
}
