import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ingest } from "../../src/ingest/ingest.ts";
import type { IngestInput } from "../../src/ingest/ingest-options.ts";
import type { IngestReport } from "../../src/ingest/ingest-report.ts";
import { convertUnit } from "../../src/ingest/meaning/convert-unit.ts";
import { openTimelineStore } from "../../src/timeline/open-timeline-store.ts";
import { fixedEffects } from "../support/fixed-effects.ts";

const MAPPING = `schema: longitude.mapping/1
subjects: { file: labs.csv, id: id, repeated: { keep: first, by: n }, birth: { column: born } }
tables:
  - { file: labs.csv, subject: id, time: { column: day }, code: { column: code, prefix: "" }, value: value, unit: unit }
`;
const ROWS = [
  "LOINC/2345-7,5.5,mmol/L", // glucose: a molar mass is stated
  "LOINC/2345-7,99,mg/dL",
  "LOINC/2160-0,88.4,umol/L", // creatinine
  "LOINC/8310-5,98.6,F",
  "LOINC/777-3,250000,/uL",
  "LOINC/777-3,3,{score}", // no quantity of platelets
  "LOINC/48065-7,500,ng/mL", // in no table: the most frequent unit stands
  "LOINC/48065-7,600,ng/mL",
  "LOINC/48065-7,0.7,ug/mL",
  "LOINC/48065-7,3,nmol/L", // no molar mass is stated
  "LOINC/2160-0,97,mg/dL", // cannot be true
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "longitude-units-"));
  const rows = ROWS.map((row, i) => `1,1960-01-01,2020-01-${10 + i},${i},${row}`);
  await writeFile(join(folder, "labs.csv"), `id,born,day,n,code,value,unit\n${rows.join("\n")}\n`);
  await writeFile(join(folder, "mapping.yaml"), MAPPING);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(name: string, options: Partial<IngestInput> = {}) {
  const out = join(folder, name);
  let report: IngestReport | undefined;
  const input = { format: "csv", input: folder, out, ...options } as IngestInput;
  for await (const event of ingest(input, fixedEffects())) if (event.kind === "done") report = event.report;
  const store = await openTimelineStore(out);
  const events: string[] = [];
  for await (const timeline of store.timelines()) {
    for (const { code, numericValue, unit } of timeline.events)
      if (numericValue !== null) events.push(`${code} ${Number(numericValue.toPrecision(5))} ${unit}`);
  }
  store.close();
  return { events, report: report! };
}

describe("the units of a code", () => {
  it("become one, by UCUM and stated molar masses; what does not convert has a code of its own", async () => {
    const { events, report } = await read("all");
    expect(events).toEqual([
      "LOINC/2345-7 99.086 mg/dL",
      "LOINC/2345-7 99 mg/dL",
      "LOINC/2160-0 0.99998 mg/dL",
      "LOINC/8310-5 37 Cel",
      "LOINC/777-3 250 10*3/uL",
      "LOINC/777-3//UNIT/{score} 3 {score}",
      "LOINC/48065-7 500 ng/mL",
      "LOINC/48065-7 600 ng/mL",
      "LOINC/48065-7 700 ng/mL",
      "LOINC/48065-7//UNIT/nmol/L 3 nmol/L",
      "LOINC/2160-0 97 mg/dL",
    ]);
    const creatinine = report.units.find(({ code }) => code === "LOINC/2160-0");
    expect(creatinine).toMatchObject({ unit: "mg/dL", stated: "table", beyondLimits: 1 });
    expect(report.units.find(({ code }) => code === "LOINC/48065-7")).toMatchObject({
      stated: "most frequent",
      written: [
        { unit: "ng/mL", values: 2, fate: "kept" },
        { unit: "nmol/L", values: 1, fate: "set apart" },
        { unit: "ug/mL", values: 1, fate: "converted", factor: 1000 },
      ],
    });
  });

  it("are those that the site states, with its molar masses and limits", async () => {
    const { events, report } = await read("site", {
      units: {
        "LOINC/48065-7": { unit: "nmol/L", molarMass: 200, high: 3200 },
        "LOINC/2345-7": { unit: "mmol/L" },
      },
      implausibleValues: "exclude",
    });
    expect(events).toContain("LOINC/48065-7 2500 nmol/L");
    expect(events).toContain("LOINC/2345-7 5.4952 mmol/L");
    expect(events).not.toContain("LOINC/2160-0 97 mg/dL");
    const dropped = report.tally.filter(({ reason }) => reason === "value beyond the stated limits");
    expect(dropped).toEqual([expect.objectContaining({ fate: "dropped", count: 2 })]);
    const { candidates } = report;
    expect(candidates.in).toBe(
      candidates.kept + candidates.rejected + candidates.dropped + candidates.notEvents,
    );
    expect(report.dataset.events).toBe(candidates.kept);
  });

  it("leave nothing of a value in the account", async () => {
    await read("quiet");
    const text = await readFile(join(folder, "quiet", "metadata", "ingest.json"), "utf8");
    expect(text).not.toContain("99.086");
  });
});

describe("a conversion of units", () => {
  it("goes there and back to the same number", () => {
    for (const [from, to, substance] of [
      ["mmol/L", "mg/dL", { molarMass: 180.156 }],
      ["[degF]", "Cel", {}],
      ["kPa", "mm[Hg]", {}],
      ["meq/L", "mg/dL", { molarMass: 40.078, charge: 2 }],
      ["u[iU]/mL", "m[iU]/L", {}],
    ] as const) {
      const there = convertUnit(from, to, substance)!;
      const back = convertUnit(to, from, substance)!;
      expect((7 * there.factor + there.offset) * back.factor + back.offset).toBeCloseTo(7, 6);
    }
  });

  it("is refused between different quantities", () => {
    expect(convertUnit("mmol/L", "mg/dL")).toBeNull();
    expect(convertUnit("mL/min", "mL/min/{1.73_m2}")).toBeNull();
    expect(convertUnit("U/L", "[iU]/L")).toBeNull();
    expect(convertUnit("{score}", "10*3/uL")).toBeNull();
  });
});
