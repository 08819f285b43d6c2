import { describe, expect, test } from "vitest";
import { type Evidence, evidenceSchema } from "../../../src/evaluation/design/evidence-schema.ts";
import { evidenceSection } from "../../../src/evaluation/report/evidence-section.ts";
import { SUBGROUP_FIGURES } from "../../../src/evaluation/resampling/subgroup-figures.ts";
import { THRESHOLD_FIGURES } from "../../../src/evaluation/resampling/threshold-figures.ts";

const estimate = (value: number) => ({
  value,
  low: value - 0.01,
  high: value + 0.01,
  n: 500,
  method: "made up",
});
const all = (names: readonly string[], value: number) =>
  Object.fromEntries(names.map((name) => [name, estimate(value)]));
const threshold = (risk: number, from: "risk" | "curve") => ({
  risk,
  from,
  share: null,
  figures: {
    ...all(THRESHOLD_FIGURES, 0.3),
    netBenefit: estimate(0.05 - risk / 10),
    netBenefitTreatAll: estimate(0.02 - risk),
  },
});
const level = (name: string, judged: "judged" | "too few to judge") => ({
  name,
  n: 250,
  events: judged === "judged" ? 40 : null,
  judged,
  figures: judged === "judged" ? all(SUBGROUP_FIGURES, 0.7) : null,
  difference: null,
  ratio: null,
});

const task: Evidence["tasks"][number] = {
  outcome: "x",
  title: "Stroke <b>",
  landmark: "admission+24h",
  horizon: "30d",
  n: 500,
  events: 80,
  thresholds: [threshold(0.1, "risk"), threshold(0.05, "curve"), threshold(0.2, "curve")] as never,
  calibration: {
    ici: estimate(0.02),
    e50: null,
    e90: null,
    eMax: null,
    curve: [0.1, 0.2, 0.3].map((risk) => ({ risk, observed: estimate(risk) })),
  },
  overTime: null,
  subgroups: [
    {
      attribute: "sex",
      reference: "F",
      threshold: 0.1,
      levels: [level("F", "judged"), level("M", "too few to judge")],
    },
  ] as never,
};
const evidence = (tasks: Evidence["tasks"]): Evidence =>
  evidenceSchema.parse({
    schema: "longitude.evidence/1",
    model: "longitude",
    persons: 500,
    minimumCell: 11,
    tasks,
  });

describe("the closer look in the report", () => {
  const { html } = evidenceSection(evidence([task]));

  test("shows the decision curve, smooth calibration, thresholds with lead time, and every group", () => {
    for (const text of [
      "net benefit",
      "Smooth calibration",
      "Lead time, days",
      "too few to judge",
      "F (reference)",
    ])
      expect(html).toContain(text);
    expect(html).toContain("24 hours after the admission");
    expect(html).not.toContain("NaN");
  });

  test("escapes what comes from data, and asks for nothing from outside", () => {
    expect(html).toContain("Stroke &lt;b&gt;");
    expect(html).not.toMatch(/(src|href)="(https?:)?\/\//);
  });

  test("says what is missing", () => {
    expect(evidenceSection(null).html).toContain("No closer look.");
    const bare = { ...task, thresholds: [], subgroups: [], calibration: { ...task.calibration, curve: [] } };
    expect(evidenceSection(evidence([bare])).html).toContain("Not judged.");
  });
});
