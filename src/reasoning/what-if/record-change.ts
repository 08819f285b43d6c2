/**
 * A change of a record that somebody thinks of: an event added, the latest value replaced, or events taken out.
 * Invariant: a change touches the record up to the prediction time only; who somebody is (birth, sex, cohort marks,
 * death) is not for changing.
 */
import { LongitudeError } from "../../errors/longitude-error.ts";
import { REASONING_CHANGE } from "../../errors/registry.ts";
import { BIRTH, DEATH, type PatientEvent, type Timeline } from "../../timeline/patient-event.ts";
import { systemOf, type Vocabulary } from "../../tokens/vocabulary.ts";
import { MS_PER_DAY, parseDurationDays } from "../../vetting/duration.ts";
import { type CohortDefinition, codeMatcher } from "../../vetting/outcome-definition.ts";

export type RecordChange =
  | {
      readonly kind: "add" | "set";
      readonly code: string;
      readonly value: number | null;
      /** UCUM; null: that of the record, else the only one that the model knows for the code. */
      readonly unit: string | null;
      /** Days before the prediction time at which it lies; of an added event only. */
      readonly daysBefore: number;
    }
  | { readonly kind: "remove"; readonly codes: string };

const WRITTEN = /^([^=@\s]+)(?:=(-?\d+(?:\.\d+)?)(?: +([^\s@]+))?)?(?:@-(\d[\w.]*))?$/;

/** Reads `LOINC/8480-6=160 mm[Hg]@-90d`; value, unit and time may be left out. @throws REASONING_CHANGE */
export function parseChange(kind: "add" | "set", text: string): RecordChange {
  const [, code, value, unit, before] = WRITTEN.exec(text.trim()) ?? [];
  const daysBefore = before === undefined ? 0 : parseDurationDays(before);
  if (code === undefined || daysBefore === null)
    throw fault(
      'a change is written "SYSTEM/code", "SYSTEM/code=value unit" or with a time before, "...@-90d"',
    );
  if (kind === "set" && (value === undefined || before !== undefined))
    throw fault("--set takes a code with a value, and replaces the latest one");
  return { kind, code, value: value === undefined ? null : Number(value), unit: unit ?? null, daysBefore };
}

/** How the model hears an event that was added or set. */
export interface Heard {
  readonly code: string;
  readonly value: number | null;
  readonly unit: string | null;
  readonly daysBefore: number;
  /** Name of the token. */
  readonly token: string;
  /** `unknown`: the model has never met the code, so the change can tell it next to nothing. */
  readonly match: "exact" | "backed off" | "unknown";
}

export interface ChangedRecord {
  readonly timeline: Timeline;
  readonly heard: readonly Heard[];
  /** Events taken out. */
  readonly removed: number;
}

/** @param day prediction time, days since 1970-01-01 @throws REASONING_CHANGE for a change that cannot be made */
export function changeRecord(
  timeline: Timeline,
  changes: readonly RecordChange[],
  day: number,
  { vocabulary, cohort }: { readonly vocabulary: Vocabulary; readonly cohort: CohortDefinition },
): ChangedRecord {
  const untouched = (code: string) =>
    code === BIRTH || code === DEATH || code === cohort.index || code === cohort.followUpEnd;
  const known = ({ time, availableTime }: PatientEvent) =>
    time !== null && Math.max(time, availableTime ?? time) <= day * MS_PER_DAY;
  let events = [...timeline.events];
  const heard: Heard[] = [];
  let removed = 0;
  for (const change of changes) {
    if (change.kind === "remove") {
      const inSet = codeMatcher([change.codes]);
      const left = events.filter((event) => !known(event) || untouched(event.code) || !inSet(event.code));
      if (left.length === events.length) throw fault("the record holds no event to remove by that code");
      removed += events.length - left.length;
      events = left;
      continue;
    }
    if (untouched(change.code) || systemOf(change.code) === "SEX")
      throw fault("birth, sex, death and the marks of the cohort are not for changing");
    const latest = events.findLastIndex((event) => known(event) && event.code === change.code);
    const unit = change.value === null ? null : unitOf(change, events[latest], vocabulary);
    const at = (day - change.daysBefore) * MS_PER_DAY;
    if (change.kind === "set") {
      const before = events[latest];
      if (before === undefined) throw fault("the record has no value to replace; add one");
      events[latest] = { ...before, numericValue: change.value, unit };
    } else {
      const place = events.findLastIndex(({ time }) => time === null || time <= at) + 1;
      events.splice(place, 0, addedEvent(change.code, change.value, unit, at));
    }
    const { token, match } = vocabulary.match(change.code, change.value, unit);
    const { code, value } = change;
    const daysBefore =
      change.kind === "add" ? change.daysBefore : day - ((events[latest]?.time ?? 0) as number) / MS_PER_DAY;
    heard.push({ code, value, unit, daysBefore, token: vocabulary.name(token), match });
  }
  return { timeline: { ...timeline, events }, heard, removed };
}

export function addedEvent(
  code: string,
  value: number | null,
  unit: string | null,
  time: number,
): PatientEvent {
  return {
    time,
    code,
    numericValue: value,
    textValue: null,
    unit,
    availableTime: null,
    encounterId: null,
    source: "what if",
  };
}

function unitOf(
  { code, unit }: Extract<RecordChange, { kind: "add" | "set" }>,
  latest: PatientEvent | undefined,
  vocabulary: Vocabulary,
): string | null {
  if (unit !== null) return unit;
  if (latest?.unit != null) return latest.unit;
  const units = unitsOf(code, vocabulary);
  if (units.length > 1) throw fault(`name the unit: the model knows ${units.join(", ")}`);
  return units[0] ?? null;
}

/** Units in which the model has met values of a code. */
export function unitsOf(code: string, { file }: Vocabulary): string[] {
  return Object.keys(file.edges).flatMap((key) =>
    key.startsWith(`${code}//`) ? [key.slice(code.length + 2)] : [],
  );
}

function fault(message: string): LongitudeError {
  return new LongitudeError(REASONING_CHANGE, message);
}
