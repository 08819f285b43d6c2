/**
 * One patient by specialty: what each looks after, what is forecast in its field, and where fields meet: what moves the forecasts
 * of several, and what moves them in opposite directions.
 * Invariant: nothing is said of a field but what the record and the shown forecasts say.
 */
import { z } from "zod";
import type { ServedModel } from "../../answers/served-model.ts";
import { type PatientAnswer, patientAnswerSchema } from "./patient-answer.ts";
import { SPECIALTIES, SPECIALTY_CODES, type Specialty } from "./specialties.table.ts";

const specialtySchema = z.enum(SPECIALTIES);

const effectSchema = z.strictObject({
  specialty: specialtySchema,
  title: z.string(),
  /** Risk with the events minus risk without them. */
  change: z.number(),
});

export const careTeamSchema = z.strictObject({
  patient: patientAnswerSchema.pick({
    key: true,
    banner: true,
    predictionTime: true,
    withheld: true,
    release: true,
  }),
  /** Years of the forecasts: the shortest horizon. */
  horizonDays: z.number(),
  fields: z.array(
    z.strictObject({
      specialty: specialtySchema,
      conditions: z.array(z.strictObject({ text: z.string(), since: z.string(), events: z.int() })),
      measures: z.array(
        z.strictObject({
          text: z.string(),
          unit: z.string().nullable(),
          latest: z.number(),
          day: z.string(),
          /** The one before; null where there is none. */
          before: z.number().nullable(),
        }),
      ),
      forecasts: z.array(
        z.strictObject({
          title: z.string(),
          risk: z.number().nullable(),
          low: z.number().nullable(),
          high: z.number().nullable(),
          usual: z.number().nullable(),
          why: z.string().nullable(),
        }),
      ),
      considered: z.array(z.string()),
    }),
  ),
  /** What moves forecasts of more than one field. */
  meetings: z.array(
    z.strictObject({
      text: z.string(),
      /** Raises one forecast and lowers another: what helps in one field may not in the other. */
      conflict: z.boolean(),
      effects: z.array(effectSchema),
    }),
  ),
});

export type CareTeam = z.output<typeof careTeamSchema>;
type Field = CareTeam["fields"][number];

export function specialtiesOf(code: string): Specialty[] {
  return SPECIALTIES.filter((specialty) => SPECIALTY_CODES[specialty].some((pattern) => pattern.test(code)));
}

/** The fields whose codes an outcome is made of, as the model's vocabulary has them. */
export function fieldsOfOutcomes({
  outcomes,
  reader,
}: ServedModel): ReadonlyMap<string, readonly Specialty[]> {
  const codes = reader.checkpoint.vocabulary.file.tokens.filter((token) => !token.includes("//"));
  return new Map(
    outcomes.map(({ name, matches }) => {
      const own = codes.filter((code) => matches(code, null)).flatMap(specialtiesOf);
      return [name, SPECIALTIES.filter((specialty) => own.includes(specialty))];
    }),
  );
}

export function careTeam(
  patient: PatientAnswer,
  fieldsOf: ReadonlyMap<string, readonly Specialty[]>,
): CareTeam {
  const horizonDays = Math.min(...patient.forecasts.map((forecast) => forecast.horizonDays));
  const forecasts = patient.forecasts.filter((forecast) => forecast.horizonDays === horizonDays);
  const { key, banner, predictionTime, withheld, release } = patient;
  return {
    patient: { key, banner, predictionTime, withheld, release },
    horizonDays: Number.isFinite(horizonDays) ? horizonDays : 0,
    fields: SPECIALTIES.map((specialty) => fieldOf(specialty, patient, forecasts, fieldsOf)).filter(
      ({ conditions, measures, forecasts: own }) => conditions.length + measures.length + own.length > 0,
    ),
    meetings: meetingsOf(forecasts, fieldsOf),
  };
}

function fieldOf(
  specialty: Specialty,
  { timeline, knowledge }: PatientAnswer,
  forecasts: PatientAnswer["forecasts"],
  fieldsOf: ReadonlyMap<string, readonly Specialty[]>,
): Field {
  const own = forecasts.filter(({ outcome }) => fieldsOf.get(outcome)?.includes(specialty));
  const places = timeline.codes.flatMap(({ code }, place) =>
    specialtiesOf(code).includes(specialty) ? [place] : [],
  );
  const eventsOf = (place: number) => timeline.code.flatMap((one, i) => (one === place ? [i] : []));
  const day = (event: number) => new Date(timeline.times[event] as number).toISOString().slice(0, 10);
  const named = new Set(own.map(({ outcome }) => outcome));
  return {
    specialty,
    conditions: places
      .filter((place) => timeline.codes[place]?.lane === "conditions")
      .map((place) => {
        const events = eventsOf(place);
        return {
          text: timeline.codes[place]?.text ?? "",
          since: day(events[0] as number),
          events: events.length,
        };
      }),
    measures: places.flatMap((place) => {
      const events = eventsOf(place).filter((event) => timeline.values[event] !== null);
      const last = events.at(-1);
      if (last === undefined) return [];
      const { text, unit } = timeline.codes[place] as PatientAnswer["timeline"]["codes"][number];
      const before = events.at(-2);
      return [
        {
          text,
          unit,
          latest: timeline.values[last] as number,
          day: day(last),
          before: before === undefined ? null : (timeline.values[before] as number),
        },
      ];
    }),
    forecasts: own.map(({ title, risk, comparable, validated, abstained }) => ({
      title,
      risk,
      low: comparable?.low ?? null,
      high: comparable?.high ?? null,
      usual: validated?.incidence ?? null,
      why: abstained,
    })),
    considered: [
      ...new Set(
        knowledge
          .filter(({ action, outcomes }) => action !== null && outcomes.some((outcome) => named.has(outcome)))
          .map(({ action }) => action as string),
      ),
    ],
  };
}

/** By how strongly they move the most moved forecast; conflicts first. */
function meetingsOf(
  forecasts: PatientAnswer["forecasts"],
  fieldsOf: ReadonlyMap<string, readonly Specialty[]>,
): CareTeam["meetings"] {
  const of = new Map<string, { text: string; effects: CareTeam["meetings"][number]["effects"] }>();
  for (const { outcome, title, drivers } of forecasts) {
    const [specialty] = fieldsOf.get(outcome) ?? [];
    if (specialty === undefined) continue;
    for (const { code, display, change } of drivers) {
      const known = of.get(code) ?? { text: display ?? code, effects: [] };
      known.effects.push({ specialty, title, change });
      of.set(code, known);
    }
  }
  const size = (effects: readonly { readonly change: number }[]) =>
    Math.max(...effects.map(({ change }) => Math.abs(change)));
  return [...of.values()]
    .filter(({ effects }) => new Set(effects.map(({ specialty }) => specialty)).size > 1)
    .map(({ text, effects }) => ({
      text,
      conflict: effects.some(({ change }) => change > 0) && effects.some(({ change }) => change < 0),
      effects: effects.toSorted((a, b) => b.change - a.change),
    }))
    .sort((a, b) => Number(b.conflict) - Number(a.conflict) || size(b.effects) - size(a.effects));
}
