/** Dates as they are written in notes. */
import type { Random } from "../../src/effects/random.ts";
import { between, chance, oneOf } from "./draw.ts";

const MONTHS = "January February March April May June July August September October November December".split(
  " ",
);
const DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(" ");
const HOLIDAYS =
  "Christmas|Thanksgiving|Easter|Labor Day|Memorial Day|the 4th of July|New Year's Day|Halloween|Mother's Day|Ramadan|Boxing Day".split(
    "|",
  );

const two = (value: number): string => String(value).padStart(2, "0");
const ordinal = (day: number): string =>
  `${day}${day % 10 === 1 && day !== 11 ? "st" : day % 10 === 2 && day !== 12 ? "nd" : day % 10 === 3 && day !== 13 ? "rd" : "th"}`;
const monthName = (random: Random, month: number): string => {
  const name = MONTHS[month - 1]!;
  return chance(random, 0.4) ? name.slice(0, 3) : name;
};

/** How one hospital writes its dates. */
export interface DateHabits {
  readonly dayFirst: boolean;
  readonly separator: string;
  readonly padded: boolean;
  readonly longYear: boolean;
}

export function dateHabits(random: Random, dayFirst: boolean): DateHabits {
  return {
    dayFirst,
    separator: oneOf(random, ["/", "/", "/", "-", "-", "."]),
    padded: chance(random, 0.5),
    longYear: chance(random, 0.6),
  };
}

export function fullDate(random: Random, habits: DateHabits, years: readonly [number, number]): string {
  const [year, month, day] = [between(random, ...years), between(random, 1, 12), between(random, 1, 28)];
  const write = (value: number): string => (habits.padded ? two(value) : String(value));
  switch (random.integer(9)) {
    case 0:
      return longDate(random, habits, year, month, day);
    case 1:
      return `${year}-${two(month)}-${two(day)}`;
    case 2:
      return `${day}${oneOf(random, ["-", " ", ""])}${MONTHS[month - 1]!.slice(0, 3)}${oneOf(random, ["-", " "])}${chance(random, 0.5) ? year : two(year % 100)}`;
    default: {
      const [a, b] = habits.dayFirst ? [day, month] : [month, day];
      return [write(a), write(b), habits.longYear ? year : two(year % 100)].join(habits.separator);
    }
  }
}

export function longDate(
  random: Random,
  habits: DateHabits,
  year = between(random, 1995, 2025),
  month = between(random, 1, 12),
  day = between(random, 1, 28),
): string {
  const name = monthName(random, month);
  if (habits.dayFirst) return `${chance(random, 0.3) ? ordinal(day) : day} ${name} ${year}`;
  return oneOf(random, [
    `${name} ${day}, ${year}`,
    `${name} ${ordinal(day)}, ${year}`,
    `${name} ${day} ${year}`,
  ]);
}

/** Without a year: "5/12", "5-12", "May 12", "12 May". */
export function shortDate(random: Random, habits: DateHabits): string {
  const [month, day] = [between(random, 1, 12), between(random, 1, 30)];
  const name = monthName(random, month);
  if (chance(random, 0.2))
    return habits.dayFirst ? `${day} ${name}` : `${name} ${chance(random, 0.3) ? ordinal(day) : day}`;
  const [a, b] = habits.dayFirst ? [day, month] : [month, day];
  const separator = habits.separator === "." ? "/" : habits.separator;
  return habits.padded ? `${two(a)}${separator}${two(b)}` : `${a}${separator}${b}`;
}

export function monthDate(random: Random): string {
  const year = between(random, 1970, 2025);
  const month = between(random, 1, 12);
  return oneOf(random, [
    MONTHS[month - 1]!,
    `${MONTHS[month - 1]} ${year}`,
    `${MONTHS[month - 1]} of ${year}`,
    `${MONTHS[month - 1]!.slice(0, 3)} ${year}`,
    `${MONTHS[month - 1]!.slice(0, 3)} '${two(year % 100)}`,
    `${month}/${year}`,
    `${month}/${two(year % 100)}`,
    String(year),
  ]);
}

export function spokenYear(random: Random): string {
  return oneOf(random, [
    "two thousand eight",
    "two thousand and twelve",
    "nineteen ninety six",
    "nineteen eighty five",
    "twenty nineteen",
    String(between(random, 1980, 2024)),
  ]);
}

export const weekday = (random: Random): string => oneOf(random, DAYS);
export const holiday = (random: Random): string => oneOf(random, HOLIDAYS);
export const dayOfMonth = (random: Random): string => `the ${ordinal(between(random, 1, 31))}`;

export function clock(random: Random): string {
  const [hour, minute] = [between(random, 0, 23), between(random, 0, 59)];
  return oneOf(random, [
    `${two(hour)}${two(minute)}`,
    `${two(hour)}:${two(minute)}`,
    `${(hour % 12) + 1}:${two(minute)} ${hour < 12 ? "AM" : "PM"}`,
    `${(hour % 12) + 1}${hour < 12 ? "am" : "pm"}`,
    `${two(hour)}${two(minute)}h`,
  ]);
}
