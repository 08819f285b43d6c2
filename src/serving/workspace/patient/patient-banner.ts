/** Who a record is of, as it stands on every screen of a patient. */
import { z } from "zod";
import { BIRTH } from "../../../timeline/patient-event.ts";
import { DAYS_PER_YEAR, MS_PER_DAY } from "../../../vetting/duration.ts";
import type { OpenedRecord } from "./open-record.ts";

export const bannerSchema = z.strictObject({
  name: z.string().nullable(),
  birthDate: z.string().nullable(),
  ageYears: z.int().nullable(),
  sex: z.string().nullable(),
  /** The hospital's number of the patient. */
  number: z.string().nullable(),
  /** What the worklist of a unit calls the person by. */
  key: z.string(),
  /** An invented or published person of a sandbox. */
  example: z.boolean(),
});

export type Banner = z.output<typeof bannerSchema>;

const told = z.looseObject({
  resourceType: z.literal("Patient"),
  id: z.string(),
  name: z
    .array(
      z.looseObject({
        family: z.string().optional(),
        given: z.array(z.string()).optional(),
        text: z.string().optional(),
      }),
    )
    .optional(),
  identifier: z
    .array(
      z.looseObject({
        value: z.string().optional(),
        type: z
          .looseObject({ coding: z.array(z.looseObject({ code: z.string().optional() })).optional() })
          .optional(),
      }),
    )
    .optional(),
  birthDate: z.string().optional(),
  gender: z.string().optional(),
});

const bundle = z.looseObject({ entry: z.array(z.looseObject({ resource: z.unknown() })) });

/** As the record writes the person's first name; null where it writes none. */
export function nameIn(resources: readonly unknown[], patientId: string | null): string | null {
  const [name] = patientIn(resources, patientId)?.name ?? [];
  const written =
    name?.text ?? [name?.family, name?.given?.join(" ")].filter((part) => part !== undefined).join(", ");
  return written === "" ? null : written;
}

function patientIn(resources: readonly unknown[], patientId: string | null) {
  return patientsIn(resources)
    .map((resource) => told.safeParse(resource))
    .find((parsed) => parsed.success && parsed.data.id === patientId)?.data;
}

const SEXES: Readonly<Record<string, "female" | "male">> = { "SEX/F": "female", "SEX/M": "male" };

/** What an event's code says of the sex; null where it says nothing of it. */
export function sexOf(code: string | null): "female" | "male" | null {
  return SEXES[code ?? ""] ?? null;
}

/** @param now ms */
export function bannerOf(
  { resources, patientId, patientKey, record, example }: OpenedRecord,
  now: number,
): Banner {
  const patient = patientIn(resources, patientId);
  const number = patient?.identifier?.find(({ type }) =>
    type?.coding?.some(({ code }) => code === "MR"),
  )?.value;
  const born = record.events.find(({ code }) => code === BIRTH)?.time ?? null;
  return {
    name: nameIn(resources, patientId),
    birthDate: patient?.birthDate ?? null,
    ageYears: born === null ? null : Math.floor((now - born) / MS_PER_DAY / DAYS_PER_YEAR),
    sex: patient?.gender ?? record.events.map(({ code }) => sexOf(code)).find((sex) => sex !== null) ?? null,
    number: number ?? null,
    key: patientKey,
    example,
  };
}

/** Looked for by type before anything is parsed: a record has tens of thousands of resources and one Patient. */
function patientsIn(resources: readonly unknown[]): unknown[] {
  return resources.flatMap((resource) => {
    const type = typeOf(resource);
    if (type !== "Bundle") return type === "Patient" ? [resource] : [];
    const parsed = bundle.safeParse(resource);
    return parsed.success
      ? parsed.data.entry.map((entry) => entry.resource).filter((one) => typeOf(one) === "Patient")
      : [];
  });
}

function typeOf(resource: unknown): unknown {
  return typeof resource === "object" && resource !== null && "resourceType" in resource
    ? resource.resourceType
    : null;
}
