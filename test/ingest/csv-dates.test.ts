import { describe, expect, it } from "vitest";
import { isoOf } from "../../src/ingest/csv/date-format.ts";
import { respelledIcd } from "../../src/ingest/csv/respelled-icd.ts";

describe("a date in a stated format", () => {
  it.each([
    ["02/03/2020", "MM/DD/YYYY", "2020-02-03"],
    ["3.2.2020 8:05", "DD.MM.YYYY HH:mm", "2020-02-03T08:05:00"],
    ["03-Feb-20", "DD-MMM-YY", "2020-02-03"],
    ["1/2/61 12:30 AM", "MM/DD/YY HH:mm A", "1961-01-02T00:30:00"],
    ["20200203", "YYYYMMDD", "2020-02-03"],
  ])("%s by %s is %s", (text, format, iso) => {
    expect(isoOf(text, format, null)).toBe(iso);
  });

  it("takes the time of day from a column of its own", () => {
    expect(isoOf("2020-02-03", null, "830")).toBe("2020-02-03T08:30:00");
  });

  it("never guesses: a text that does not fit is no date", () => {
    expect(isoOf("2020-02-03", "MM/DD/YYYY", null)).toBeNull();
    expect(isoOf("03-Foo-20", "DD-MMM-YY", null)).toBeNull();
    expect(isoOf("1/2/61 13:30 PM", "MM/DD/YY HH:mm A", null)).toBeNull();
  });
});

describe("an ICD code from a spreadsheet", () => {
  it.each([
    ["8", "icd9cm", "008"],
    ["25083", "icd9cm", "250.83"],
    ["250.83", "icd9cm", "250.83"],
    ["V27", "icd9cm", "V27"],
    ["E9320", "icd9cm", "E932.0"],
    ["e119", "icd10cm", "E11.9"],
    ["I10", "icd10cm", "I10"],
  ] as const)("%s in %s is %s", (text, format, code) => {
    expect(respelledIcd(text, format)).toBe(code);
  });
});
