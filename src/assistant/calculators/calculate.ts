/**
 * Puts the newest usable values of a record into a formula.
 * Invariant: no input is assumed: a value that is missing, too far from the others, told differently at the same time, in no
 * unit that converts, or beyond what living people have had makes the calculator say what it lacks.
 */
import { analyteOf } from "../../ingest/meaning/analytes.table.ts";
import { convertUnit } from "../../ingest/meaning/convert-unit.ts";
import { BIRTH, type PatientEvent, type Timeline } from "../../timeline/patient-event.ts";
import type { Calculator, Input } from "./calculator.ts";

export type Calculated =
  | { readonly value: string; readonly used: readonly UsedInput[] }
  | { readonly missing: readonly string[] };

export interface UsedInput {
  readonly name: string;
  readonly shown: string;
  /** In the timeline; -1 for a condition that it does not have. */
  readonly position: number;
}

interface Taken extends UsedInput {
  readonly value: number;
  readonly time: number | null;
}

const DAY_MS = 86_400_000;
const YEAR_MS = 365.2425 * DAY_MS;

export function calculate(calculator: Calculator, { events }: Timeline): Calculated {
  const measured = new Map<Input, Taken | null>();
  for (const input of calculator.inputs)
    if (input.kind === "measured") measured.set(input, newestOf(input, events));
  const times = [...measured.values()].flatMap((one) => one?.time ?? []);
  const at = times.length > 0 ? Math.max(...times) : lastTime(events);
  const tooOld = (time: number | null) => time === null || at - time > calculator.within * DAY_MS;
  const missing: string[] = [];
  const taken: Taken[] = [];
  for (const input of calculator.inputs) {
    const one = input.kind === "measured" ? (measured.get(input) ?? null) : statedOf(input, events, at);
    const unusable =
      one === null ||
      (input.kind === "measured" && tooOld(one.time)) ||
      (input.kind === "age" && one.value < calculator.leastAge);
    if (unusable) missing.push(nameOf(input));
    else taken.push(one);
  }
  if (missing.length > 0) return { missing };
  const result = calculator.compute(...taken.map(({ value }) => value));
  if (result === null || !Number.isFinite(result))
    return { missing: ["value within the range of the formula"] };
  return { value: shownResult(calculator, result), used: taken };
}

export function shownResult({ decimals, unit }: Calculator, result: number): string {
  // Half is rounded away from zero, also where its last binary digit falls short of it.
  const number = (result + Math.sign(result) * 1e-9).toFixed(decimals).replace(/^-(0(?:\.0+)?)$/, "$1");
  return unit === "" ? number : `${number} ${unit}`;
}

/** The newest value that counts; null where the newest time tells two. */
function newestOf(
  { name, codes, unit }: Extract<Input, { kind: "measured" }>,
  events: readonly PatientEvent[],
): Taken | null {
  const usable = events.flatMap((event, position) => {
    const value = codes.includes(event.code) ? valueIn(unit, event) : null;
    return value === null || event.time === null ? [] : [{ value, time: event.time, position }];
  });
  const newest = Math.max(...usable.map(({ time }) => time));
  const told = usable.filter(({ time }) => time === newest);
  const [first] = told;
  if (first === undefined || new Set(told.map(({ value }) => value.toPrecision(6))).size > 1) return null;
  const shownUnit = unit.replace("mm[Hg]", "mmHg").replace("{INR}", "");
  return { ...first, name, shown: `${Number(first.value.toPrecision(4))} ${shownUnit}`.trim() };
}

/** In the unit of the formula; null where it does not convert, or lies beyond what analysers report of living people. */
function valueIn(wanted: string, { code, numericValue, unit }: PatientEvent): number | null {
  const analyte = analyteOf(code);
  const conversion = unit === null ? null : convertUnit(unit, wanted, analyte?.substance);
  if (conversion === null || numericValue === null) return null;
  const value = numericValue * conversion.factor + conversion.offset;
  const own =
    analyte === undefined || unit === null ? null : convertUnit(unit, analyte.unit, analyte.substance);
  if (analyte !== undefined && own !== null) {
    const inOwn = numericValue * own.factor + own.offset;
    if (inOwn < analyte.low || inOwn > analyte.high) return null;
  }
  return value > 0 ? value : null;
}

function statedOf(
  input: Exclude<Input, { kind: "measured" }>,
  events: readonly PatientEvent[],
  at: number,
): Taken | null {
  switch (input.kind) {
    case "age": {
      const position = events.findIndex(({ code, time }) => code === BIRTH && time !== null);
      const born = events[position]?.time;
      if (born === undefined || born === null) return null;
      if (events.some(({ code, time }) => code === BIRTH && time !== null && Math.abs(time - born) >= DAY_MS))
        return null;
      const value = Math.floor((at - born) / YEAR_MS);
      return { name: "age", shown: `${value} years`, value, time: born, position };
    }
    case "female": {
      const sexes = events.flatMap(({ code }, position) =>
        /^SEX\/[FM]$/.test(code) ? [{ code, position }] : [],
      );
      const [first] = sexes;
      if (first === undefined || sexes.some(({ code }) => code !== first.code)) return null;
      const value = first.code === "SEX/F" ? 1 : 0;
      return {
        name: "sex",
        shown: value === 1 ? "female" : "male",
        value,
        time: null,
        position: first.position,
      };
    }
    case "condition": {
      const { name, codes, needed } = input;
      const position = events.findIndex(
        ({ code, time }) =>
          (time === null || time <= at) &&
          codes.some((one) => code === one || code.startsWith(one.includes(".") ? one : `${one}.`)),
      );
      if (position < 0 && needed) return null;
      const value = position < 0 ? 0 : 1;
      return {
        name,
        shown: value === 1 ? "in the record" : "not in the record",
        value,
        time: null,
        position,
      };
    }
  }
}

function nameOf(input: Input): string {
  return input.kind === "measured" || input.kind === "condition"
    ? input.name
    : input.kind === "age"
      ? "age"
      : "sex";
}

function lastTime(events: readonly PatientEvent[]): number {
  return events.reduce(
    (last, { time }) => Math.max(last, time ?? Number.NEGATIVE_INFINITY),
    Number.NEGATIVE_INFINITY,
  );
}
