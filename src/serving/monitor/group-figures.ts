/**
 * What was asked, answered, shown and said in a group of persons: a unit, or those of one sex or age in it.
 * Invariant: a pure function; a group with too few persons has counts alone, and is not judged.
 */
import { z } from "zod";
import { estimateSchema } from "../../evaluation/measures/estimate.ts";
import { wilson } from "../../privacy/proof/wilson.ts";
import type { MonitoredUnit } from "./request-window.ts";

export const groupFiguresSchema = z.strictObject({
  requests: z.int(),
  persons: z.int(),
  /** Whether there are enough persons. */
  judged: z.boolean(),
  /** Share of persons without any forecast, of 1. */
  withheld: z.number().nullable(),
  /** Mean share of the model's measured quantities that a record lacks, of 1. */
  missingInputs: z.number().nullable(),
  /** Mean share of a record's events whose code the training records lack, of 1. */
  unknownCodes: z.number().nullable(),
  /** Requests with a shown forecast per 100 persons. */
  shownPer100: z.number().nullable(),
  /** Requests with a shown forecast that is high for its outcome, per 100 persons. */
  alertsPer100: z.number().nullable(),
  feedback: z
    .strictObject({
      accepted: z.int(),
      overridden: z.int(),
      /** Code of an override reason → how often; empty: none given. */
      reasons: z.record(z.string(), z.int()),
      /** Accepted, of all that was said; null where nothing was. */
      acceptance: estimateSchema.nullable(),
    })
    .nullable(),
});

export type GroupFigures = z.output<typeof groupFiguresSchema>;

/** A system may send anything as a code; what looks like none is not repeated. */
const CODE = /^[a-z0-9-]{0,64}$/;

type Group = Pick<MonitoredUnit, "requests" | "persons" | "feedback">;

export function groupFigures({ requests, persons, feedback }: Group, minimumPersons: number): GroupFigures {
  const judged = persons.length >= minimumPersons;
  const counts = { requests: requests.length, persons: persons.length, judged };
  if (!judged)
    return {
      ...counts,
      withheld: null,
      missingInputs: null,
      unknownCodes: null,
      shownPer100: null,
      alertsPer100: null,
      feedback: null,
    };
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const per100 = (count: number) => (100 * count) / persons.length;
  return {
    ...counts,
    withheld: mean(persons.map(({ risks }) => Number(risks.every((risk) => risk === null)))),
    missingInputs: mean(persons.map(({ missing }) => missing)),
    unknownCodes: mean(persons.map(({ unknown }) => unknown)),
    shownPer100: per100(requests.filter(({ shown }) => shown).length),
    alertsPer100: per100(requests.filter(({ alert }) => alert).length),
    feedback: feedbackOf(feedback),
  };
}

function feedbackOf(feedback: Group["feedback"]): NonNullable<GroupFigures["feedback"]> {
  const accepted = feedback.filter((one) => one.accepted).length;
  const reasons = new Map<string, number>();
  for (const { accepted: taken, reason } of feedback) {
    const code = CODE.test(reason) ? reason : "other";
    if (!taken) reasons.set(code, (reasons.get(code) ?? 0) + 1);
  }
  return {
    accepted,
    overridden: feedback.length - accepted,
    reasons: Object.fromEntries([...reasons].sort(([a], [b]) => (a < b ? -1 : 1))),
    acceptance: feedback.length === 0 ? null : wilson(accepted, feedback.length),
  };
}

/** By name, the groups that the persons of a unit are in. */
export function partsOf({
  requests,
  persons,
  feedback,
}: Group): readonly (Group & { readonly group: string })[] {
  const names = [...new Set(requests.flatMap(({ groups }) => groups))].sort();
  return names.map((group) => {
    const within = ({ groups }: { readonly groups: readonly string[] }) => groups.includes(group);
    return {
      group,
      requests: requests.filter(within),
      persons: persons.filter(within),
      feedback: feedback.filter(within),
    };
  });
}
