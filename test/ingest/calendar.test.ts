import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isoDate, MS_PER_DAY, parseCalendarTime } from "../../src/ingest/calendar.ts";

describe("a written date", () => {
  it("of any day of the calendar is read back as that day", () => {
    fc.assert(
      fc.property(fc.integer({ min: -62_000, max: 120_000 }), (day) => {
        const time = parseCalendarTime(isoDate(day * MS_PER_DAY))!;
        expect(time).toEqual({ ms: day * MS_PER_DAY, endMs: (day + 1) * MS_PER_DAY - 1, precision: "day" });
      }),
    );
  });

  it("keeps the wall clock as written, whatever the zone", () => {
    const noon = Date.UTC(2020, 1, 29, 12, 30, 1, 250);
    for (const zone of ["", "Z", "+01:00", "-0500"]) {
      expect(parseCalendarTime(`2020-02-29T12:30:01.250${zone}`)!.ms).toBe(noon);
    }
    expect(parseCalendarTime("2020-02-29 12:30")!.ms).toBe(Date.UTC(2020, 1, 29, 12, 30));
  });

  it("known to the month or the year spans all of it", () => {
    expect(parseCalendarTime("2020-02")).toEqual({
      ms: Date.UTC(2020, 1, 1),
      endMs: Date.UTC(2020, 2, 1) - 1,
      precision: "month",
    });
    expect(parseCalendarTime("2019")!.endMs).toBe(Date.UTC(2020, 0, 1) - 1);
  });

  it.each([
    "2021-02-29",
    "1900-02-29",
    "2020-04-31",
    "2020-00-01",
    "2020-13-01",
    "2020-01-32",
    "0999-01-01",
    "2301-01-01",
  ])("%s is not in the calendar", (text) => {
    expect(parseCalendarTime(text)).toBeNull();
  });

  it.each([
    "",
    "yesterday",
    "01/02/2020",
    "2020-1-2",
    "2020-01-02T24:00",
    "2020-01-02T12",
    "2020-01-02T12:60:00",
  ])("%j is not written as a date", (text) => {
    expect(parseCalendarTime(text)).toBeNull();
  });
});
