import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ingest } from "../../src/ingest/ingest.ts";
import type { IngestInput } from "../../src/ingest/ingest-options.ts";
import { openTimelineStore } from "../../src/timeline/open-timeline-store.ts";
import { fixedEffects } from "../support/fixed-effects.ts";

const MAPPING = `schema: longitude.mapping/1
subjects: { file: codes.csv, id: id, repeated: { keep: first, by: n }, birth: { column: born } }
tables:
  - { file: codes.csv, subject: id, time: { column: day }, code: { column: code, prefix: "" } }
`;
const CODES = [
  "ICD9CM/250.00",
  "ICD9CM/250.83",
  "ICD9CM/401.9",
  "ICD10CM/E11.65",
  "SNOMED/44054006",
  "RXNORM/860975",
  "LOINC/4548-4",
  "CPT/99213",
  "ATC/A10BA02",
];
const tabs = (rows: readonly (readonly string[])[]): string =>
  `${rows.map((row) => row.join("\t")).join("\r\n")}\r\n`;
const FILES: Readonly<Record<string, string>> = {
  "snomed/Snapshot/Terminology/sct2_Relationship_Snapshot_US1000124_20260301.txt": tabs([
    [
      "id",
      "effectiveTime",
      "active",
      "moduleId",
      "sourceId",
      "destinationId",
      "relationshipGroup",
      "typeId",
      "characteristicTypeId",
      "modifierId",
    ],
    ["1", "2020", "1", "m", "44054006", "73211009", "0", "116680003", "c", "x"],
    ["2", "2020", "1", "m", "73211009", "126877002", "0", "116680003", "c", "x"],
    ["3", "2020", "0", "m", "44054006", "1", "0", "116680003", "c", "x"],
    ["4", "2020", "1", "m", "44054006", "2", "0", "363698007", "c", "x"],
  ]),
  "snomed/Snapshot/Terminology/sct2_Description_Snapshot-en_US1000124_20260301.txt": tabs([
    [
      "id",
      "effectiveTime",
      "active",
      "moduleId",
      "conceptId",
      "languageCode",
      "typeId",
      "term",
      "caseSignificanceId",
    ],
    ["1", "2020", "1", "m", "73211009", "en", "900000000000003001", "Diabetes mellitus (disorder)", "c"],
  ]),
  "rxnorm/rrf/RXNREL.RRF": [
    "6809||CUI|RO|860975||CUI|has_ingredient|1||RXNORM|RXNORM||||||",
    "1||CUI|RO|860975||CUI|contraindicated||1|MED|MED||||||",
  ]
    .map((line) => `${line}\n`)
    .join(""),
  "rxnorm/rrf/RXNCONSO.RRF": "6809|ENG||||||1|||6809|RXNORM|IN|6809|metformin||N|4096|\n",
  "loinc/LoincTable/Loinc.csv":
    '"LOINC_NUM","COMPONENT","LONG_COMMON_NAME"\n"4548-4","HbA1c","Hemoglobin A1c/Hemoglobin.total in Blood"\n',
  "loinc/AccessoryFiles/ComponentHierarchyBySystem.csv":
    "PATH_TO_ROOT,SEQUENCE,IMMEDIATE_PARENT,CODE,CODE_TEXT\nLP1.LP2,1,LP17819-7,4548-4,HbA1c\nLP1,1,LP1,LP17819-7,x\n",
  "cpt.csv":
    "code,description,parent\n99213,Office visit,99202-99215\n99202-99215,Office or other outpatient services,\n",
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "longitude-codes-"));
  const rows = CODES.map((code, i) => `1,1960-01-01,2020-01-${10 + i},${i},${code}`);
  await mkdir(join(folder, "in"));
  await writeFile(join(folder, "in", "codes.csv"), `id,born,day,n,code\n${rows.join("\n")}\n`);
  await writeFile(join(folder, "in", "mapping.yaml"), MAPPING);
  for (const [path, text] of Object.entries(FILES)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(name: string, terminology: IngestInput["terminology"]) {
  const out = join(folder, name);
  const input: IngestInput = { format: "csv", input: join(folder, "in"), out, terminology };
  let notes: readonly { what: string; count: number }[] = [];
  for await (const event of ingest(input, fixedEffects()))
    if (event.kind === "done") notes = event.report.notes;
  const store = await openTimelineStore(out);
  const codes = new Map((await store.codes()).map((code) => [code.code, code]));
  const events: string[] = [];
  for await (const { events: all } of store.timelines()) for (const { code } of all) events.push(code);
  store.close();
  return {
    events,
    notes,
    parents: (code: string) => codes.get(code)?.parentCodes,
    name: (code: string) => codes.get(code)?.description,
  };
}

describe("the codes of an import", () => {
  it("know their parents and descriptions by the shipped classifications", async () => {
    const { events, parents, name } = await read("shipped", {});
    expect(events).toEqual(["MEDS_BIRTH", ...CODES]);
    expect(parents("ICD9CM/250.00")).toEqual(["ICD9CM/250.0", "ICD10CM/E11.9"]);
    expect(parents("ICD10CM/E11.65")).toEqual(["ICD10CM/E11.6"]);
    expect(parents("ICD10CM/E11")).toEqual(["ICD10CM/E00-E89"]);
    expect(parents("ATC/A10BA02")).toEqual(["ATC/A10BA"]);
    expect(name("ICD10CM/E11.65")).toBe("Type 2 diabetes mellitus with hyperglycemia");
    expect(name("ICD10CM/E11.9")).toBe("Type 2 diabetes mellitus without complications");
  });

  it("of ICD-9-CM become ICD-10-CM where there is exactly one equivalent, and are counted", async () => {
    const { events, notes, parents } = await read("translated", { icd9cm: "translate" });
    expect(events).toContain("ICD10CM/E11.9");
    expect(events).not.toContain("ICD9CM/250.00");
    // A combination of two, and two alternatives: nobody can tell which.
    expect(events).toContain("ICD9CM/250.83");
    expect(events).toContain("ICD9CM/401.9");
    expect(parents("ICD9CM/401.9")).toEqual(["ICD9CM/401", "ICD10CM/I10", "ICD10CM/I16.9"]);
    expect(notes).toContainEqual({
      what: "ICD-9-CM code replaced by its one equivalent of ICD-10-CM",
      count: 1,
    });
  });

  it("climb the site's own terminology files, all the way up and no further", async () => {
    const { parents, name } = await read("own", {
      files: [
        { kind: "snomed", path: join(folder, "snomed") },
        { kind: "rxnorm", path: join(folder, "rxnorm") },
        { kind: "loinc", path: join(folder, "loinc") },
        { kind: "csv", path: join(folder, "cpt.csv"), system: "CPT" },
      ],
    });
    expect(parents("SNOMED/44054006")).toEqual(["SNOMED/73211009"]);
    expect(parents("SNOMED/73211009")).toEqual(["SNOMED/126877002"]);
    expect(name("SNOMED/73211009")).toBe("Diabetes mellitus (disorder)");
    expect(parents("RXNORM/860975")).toEqual(["RXNORM/6809"]);
    expect(name("RXNORM/6809")).toBe("metformin");
    expect(parents("LOINC/4548-4")).toEqual(["LOINC/LP17819-7"]);
    expect(parents("CPT/99213")).toEqual(["CPT/99202-99215"]);
    expect(name("CPT/99202-99215")).toBe("Office or other outpatient services");
  });

  it("are refused with a folder that is no release", async () => {
    await expect(read("wrong", { files: [{ kind: "snomed", path: join(folder, "loinc") }] })).rejects.toThrow(
      "0 files named like",
    );
  });
});
