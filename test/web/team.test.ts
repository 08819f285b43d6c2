import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { careTeam, specialtiesOf } from "../../src/serving/workspace/patient/care-team.ts";
import type { PatientAnswer } from "../../src/serving/workspace/patient/patient-answer.ts";
import { CHROMIUM } from "./support/chromium.ts";
import { axeFaults, NARROW, picture, scrollsSideways, tabStops } from "./support/look.ts";
import { openWorkspace, type Workspace } from "./support/workspace.ts";
import { workspaceSite } from "./support/workspace-site.ts";

const forecast = (outcome: string, drivers: readonly (readonly [code: string, change: number])[]) =>
  ({
    outcome,
    title: outcome,
    horizon: "5y",
    horizonDays: 1826,
    risk: 0.1,
    comparable: null,
    validated: null,
    abstained: null,
    drivers: drivers.map(([code, change]) => ({ code, display: code, change, events: 1, resources: [] })),
  }) as unknown as PatientAnswer["forecasts"][number];

const patient = {
  key: "launch",
  banner: {},
  predictionTime: "2026-01-01",
  withheld: null,
  release: {},
  knowledge: [],
  timeline: {
    codes: [
      { code: "ICD10CM/E11.9", text: "Diabetes", lane: "conditions", unit: null },
      { code: "LOINC/2160-0", text: "Creatinine", lane: "measurements", unit: "mg/dL" },
    ],
    times: [0, 86_400_000, 2 * 86_400_000],
    code: [0, 1, 1],
    values: [null, 1.1, 1.4],
  },
  forecasts: [
    forecast("stroke", [
      ["A", 0.02],
      ["B", 0.01],
    ]),
    forecast("diabetes", [
      ["A", -0.03],
      ["B", 0.02],
      ["C", 0.1],
    ]),
  ],
} as unknown as PatientAnswer;

describe("the care team", () => {
  const team = careTeam(
    patient,
    new Map([
      ["stroke", ["neurology"]],
      ["diabetes", ["endocrinology"]],
    ]),
  );

  test.each([
    ["ICD10CM/I63.9", ["neurology"]],
    ["ICD10CM/I50.9", ["cardiology"]],
    ["ICD10CM/E78.5", ["cardiology", "endocrinology"]],
    ["ICD10CM/K76.0", ["hepatology"]],
    ["ICD10CM/K21.9", ["gastroenterology"]],
    ["ICD10CM/I12.9", ["cardiology", "nephrology"]],
    ["LOINC/777-3", ["hepatology", "haematology"]],
    ["ICD10CM/Z00.0", []],
  ])("%s is looked after by %j", (code, fields) => {
    expect(specialtiesOf(code)).toEqual(fields);
  });

  test("puts each condition, value and forecast into its field, the value before beside the latest", () => {
    expect(team.fields.map(({ specialty }) => specialty)).toEqual([
      "endocrinology",
      "nephrology",
      "neurology",
    ]);
    expect(team.fields[0]?.conditions).toEqual([{ text: "Diabetes", since: "1970-01-01", events: 1 }]);
    expect(team.fields[1]?.measures).toEqual([
      { text: "Creatinine", unit: "mg/dL", latest: 1.4, day: "1970-01-03", before: 1.1 },
    ]);
    expect(team.fields[2]?.forecasts.map(({ title }) => title)).toEqual(["stroke"]);
  });

  test("shows what pulls fields apart first, then what concerns several, and nothing of one alone", () => {
    expect(team.meetings.map(({ text, conflict }) => [text, conflict])).toEqual([
      ["A", true],
      ["B", false],
    ]);
  });
});

let workspace: Workspace;

describe.skipIf(CHROMIUM === null)("the care team's screen", () => {
  beforeAll(async () => {
    workspace = await openWorkspace(await workspaceSite(), { sandbox: true });
  });
  afterAll(() => workspace?.stop());

  test.each([
    ["a wide window", {}],
    ["320 pixels", NARROW],
  ])("is free of faults in %s, by keyboard too", async (what, size) => {
    const { page, told, window } = await workspace.visit("/app/worklist", size);
    await page.locator("tbody th a").first().click();
    await page.getByRole("link", { name: "Care team" }).click();
    await page.locator(".fields section").first().waitFor();
    if (what === "a wide window") await picture(page, "care-team");
    expect(await axeFaults(page)).toEqual([]);
    expect(await scrollsSideways(page)).toBe(false);
    expect((await tabStops(page, 40)).filter(({ visible, outlined }) => !visible || !outlined)).toEqual([]);
    expect(told).toEqual([]);
    await window.close();
  });
});
