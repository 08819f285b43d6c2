/** When a resource happened and when it could be known, from its own fields; or why that cannot be told. */
import type { ErrorDefinition } from "../../errors/registry.ts";
import { DATE_IMPOSSIBLE, DATE_MISSING, END_BEFORE_START } from "../../errors/registry.ts";
import { type CalendarTime, MS_PER_DAY, parseCalendarTime } from "../calendar.ts";
import type { JsonObject } from "../json-access.ts";
import { type ResourceRule, textAtPath } from "./resource-rules.ts";

export type EventTime =
  | {
      readonly ok: true;
      readonly ms: number;
      readonly availableMs: number | null;
      readonly imprecise: boolean;
    }
  | { readonly ok: false; readonly reason: ErrorDefinition };

/**
 * A date known to the month or year only happened at its start at the earliest and is known at its end at the latest:
 * it is placed at the start and available at the end, so that nothing is used before it can have happened.
 */
export function eventTime(resource: JsonObject, rule: ResourceRule): EventTime {
  const written = rule.time.map((path) => textAtPath(resource, path)).find((text) => text !== null);
  if (written === undefined || written === null) return { ok: false, reason: DATE_MISSING };
  const time = parseCalendarTime(written);
  if (time === null) return { ok: false, reason: DATE_IMPOSSIBLE };
  const end = optionalTime(resource, rule.end);
  const available = optionalTime(resource, rule.available);
  if (end === undefined || available === undefined) return { ok: false, reason: DATE_IMPOSSIBLE };
  if (end !== null && end.endMs < time.ms) return { ok: false, reason: END_BEFORE_START };
  const imprecise = time.precision === "year" || time.precision === "month";
  const known = available?.ms ?? (imprecise ? Math.floor(time.endMs / MS_PER_DAY) * MS_PER_DAY : null);
  return { ok: true, ms: time.ms, availableMs: known !== null && known > time.ms ? known : null, imprecise };
}

/** Null when the field is absent, undefined when it is no date. */
function optionalTime(resource: JsonObject, path: string | null): CalendarTime | null | undefined {
  const text = path === null ? null : textAtPath(resource, path);
  return text === null ? null : (parseCalendarTime(text) ?? undefined);
}
