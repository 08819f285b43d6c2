/** When a resource happened and when it could be known, from its own fields; or why that cannot be told. */
import type { ErrorDefinition } from "../../errors/registry.ts";
import { DATE_IMPOSSIBLE, DATE_MISSING, END_BEFORE_START } from "../../errors/registry.ts";
import { type CalendarTime, MS_PER_DAY } from "../calendar.ts";
import type { JsonObject } from "../json-access.ts";
import type { SiteClock } from "../site-clock.ts";
import { type ResourceRule, textAtPath } from "./resource-rules.ts";

export type EventTime =
  | {
      readonly ok: true;
      readonly ms: number;
      /** Null = at `ms`. */
      readonly availableMs: number | null;
      /** A field says when it was known; else a rule does. */
      readonly availabilityTold: boolean;
      /** Last instant of what happened, where it is told. */
      readonly endMs: number | null;
      readonly imprecise: boolean;
    }
  | { readonly ok: false; readonly reason: ErrorDefinition };

/**
 * A date known to the month or year only happened at its start at the earliest and is known at its end at the latest:
 * it is placed at the start and available at the end, so that nothing is used before it can have happened.
 * @param availableFields paths of when it could be known, the first that is there counts
 */
export function eventTime(
  resource: JsonObject,
  rule: ResourceRule,
  availableFields: readonly string[],
  clock: SiteClock,
): EventTime {
  // Of a period that names its end only, the end is all that is known.
  const written = firstText(resource, rule.time) ?? firstText(resource, rule.end);
  if (written === null) return { ok: false, reason: DATE_MISSING };
  const time = clock.parse(written);
  if (time === null) return { ok: false, reason: DATE_IMPOSSIBLE };
  const end = optionalTime(resource, rule.end, clock);
  const available = optionalTime(resource, availableFields, clock);
  if (end === undefined || available === undefined) return { ok: false, reason: DATE_IMPOSSIBLE };
  if (end !== null && end.endMs < time.ms) return { ok: false, reason: END_BEFORE_START };
  const imprecise = time.precision === "year" || time.precision === "month";
  const known = available?.ms ?? (imprecise ? Math.floor(time.endMs / MS_PER_DAY) * MS_PER_DAY : null);
  return {
    ok: true,
    ms: time.ms,
    availableMs: known !== null && known > time.ms ? known : null,
    availabilityTold: available !== null,
    endMs: end === null ? null : end.precision === "time" || end.precision === "day" ? end.ms : end.endMs,
    imprecise,
  };
}

/** Null when the field is absent, undefined when it is no date. */
function optionalTime(
  resource: JsonObject,
  paths: readonly string[],
  clock: SiteClock,
): CalendarTime | null | undefined {
  const text = firstText(resource, paths);
  return text === null ? null : (clock.parse(text) ?? undefined);
}

function firstText(resource: JsonObject, paths: readonly string[]): string | null {
  for (const path of paths) {
    const text = textAtPath(resource, path);
    if (text !== null) return text;
  }
  return null;
}
