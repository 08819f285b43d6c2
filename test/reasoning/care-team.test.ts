import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ASSOCIATION } from "../../src/reasoning/basis.ts";
import { careTeam } from "../../src/reasoning/care-team/care-team.ts";
import { type Panel, readPanelsFile } from "../../src/reasoning/care-team/panels-file.ts";
import type { Differential, ExpectedCondition } from "../../src/reasoning/differential/differential.ts";
import type { SubjectKey } from "../../src/timeline/patient-event.ts";
import {
  type Knowledge,
  parseKnowledge,
  type VettedKnowledge,
} from "../../src/vetting/knowledge/knowledge-statement.ts";
import { buildHistory } from "../../src/vetting/patient-history.ts";
import { event, smallCohort, smallOutcomes, temporaryFolder } from "../support/small-cohort.ts";

const DAY = 10_000;

function knowledge(id: string, changes: Partial<Knowledge>): Knowledge {
  return {
    id,
    outcomes: ["stroke"],
    statement: `What is known about ${id}.`,
    action: `Consider ${id}.`,
    population: "Adults",
    strength: "recommended",
    source: {
      title: "A guideline",
      publisher: "A society",
      url: "https://example.org/guideline",
      licence: "public",
    },
    ...changes,
  };
}

function vetted(one: Knowledge, demonstration = false): VettedKnowledge {
  return {
    knowledge: one,
    vetting: {
      name: one.id,
      status: "vetted",
      demonstration,
      contentHash: "h",
      vettedBy: ["Ann"],
      vettedAt: "2026-01-01",
      expiresAt: "2027-01-01",
      evidence: [],
    },
  };
}

const expected = (name: string, probability: number, half: number | null = null): ExpectedCondition => ({
  name,
  title: name,
  probability,
  interval: half === null ? null : { low: probability - half, high: probability + half },
  inSet: true,
});

const differential: Differential = {
  basis: {
    model: "m",
    estimators: ["direct"],
    futures: 0,
    interval: "of the recalibration",
    label: ASSOCIATION,
    notices: [],
  },
  expected: [
    expected("stroke", 0.2, 0.05),
    expected("bleeding", 0.12, 0.04),
    expected("diabetes", 0.02, 0.005),
  ],
  known: [{ name: "afib", title: "afib", sinceDays: 400 }],
  notAsked: [],
  set: {
    statedCoverage: 0.9,
    of: "persons",
    calibratedOn: 100,
    group: null,
    lookedAt: "index",
    measured: { value: 0.9, low: 0.8, high: 0.95, n: 100, method: "Wilson", meanSize: 2 },
    subgroups: [],
    byFrequency: { value: 0.9, low: 0.8, high: 0.95, n: 100, method: "Wilson", meanSize: 3 },
  },
};

const lists = (outcome: string, threshold: number, owns = false) => ({ outcome, threshold, owns });
const panels: Panel[] = [
  { name: "Cardiology", outcomes: [lists("afib", 0.1), lists("stroke", 0.3), lists("bleeding", 0.1)] },
  { name: "Neurology", outcomes: [lists("stroke", 0.1, true), lists("diabetes", 0.05)] },
  { name: "Haematology", outcomes: [lists("bleeding", 0.05, true), lists("stroke", 0.15)] },
];

const anticoagulant = knowledge("anticoagulant", { acts: ["RXNORM/11289"] });
const acidBlocker = knowledge("acid-blocker", { outcomes: ["bleeding"], acts: ["RXNORM/7646"] });
const conflictWith = (id: string, conflict: Omit<NonNullable<Knowledge["conflict"]>, "act">) =>
  vetted(
    knowledge(id, {
      action: null,
      strength: "information",
      conflict: { act: ["RXNORM/11289"], ...conflict },
    }),
  );

/** @param events of the record: code, value, days before */
function plan(
  statements: readonly VettedKnowledge[],
  events: readonly [string, number | null, number][] = [],
) {
  const timeline = {
    subjectId: 1 as SubjectKey,
    events: [
      event(DAY - 20_000, "MEDS_BIRTH"),
      ...[...events]
        .sort((a, b) => b[2] - a[2])
        .map(([code, value, before]) => event(DAY - before, code, value)),
    ],
  };
  const history = buildHistory(timeline, smallCohort, smallOutcomes);
  return careTeam({ panels, history, day: DAY, differential, vetted: statements });
}

describe("the plan of a care team", () => {
  it("names for each concern who owns it, who agrees, and who does not", () => {
    const { concerns, panels: views, basis } = plan([vetted(anticoagulant)]);
    expect(concerns.map(({ outcome }) => outcome)).toEqual(["stroke", "bleeding", "afib"]);
    expect(concerns[0]).toMatchObject({
      owner: "Neurology",
      agree: ["Haematology"],
      disagree: [{ panel: "Cardiology", threshold: 0.3 }],
    });
    expect(concerns[1]).toMatchObject({ owner: "Haematology", agree: ["Cardiology"], disagree: [] });
    expect(concerns[2]).toMatchObject({ known: true, probability: null, owner: "Cardiology" });
    expect(views[0]!.outcomes.map(({ stands }) => stands)).toEqual(["known", "below", "borderline"]);
    expect(basis.label).toBe(ASSOCIATION);
  });

  it("proposes only what is vetted about a concern, once, with its source, owner and supporters", () => {
    const about = vetted(knowledge("about-diabetes", { outcomes: ["diabetes"] }));
    const { proposals } = plan([
      vetted(anticoagulant),
      about,
      vetted(knowledge("no-action", { action: null })),
    ]);
    expect(proposals).toHaveLength(1);
    expect(proposals[0]).toMatchObject({
      id: "anticoagulant",
      owner: "Neurology",
      supportedBy: ["Neurology", "Haematology"],
      forOutcomes: ["stroke"],
      status: "in the plan",
      source: { url: "https://example.org/guideline" },
    });
  });

  it("holds back what is contraindicated by the record, and says by what and from where", () => {
    const known = conflictWith("liver", {
      kind: "contraindication",
      with: ["ICD10CM/K74*"],
      severity: "avoid",
    });
    const { proposals, conflicts } = plan([vetted(anticoagulant), known], [["ICD10CM/K74.6", null, 90]]);
    expect(proposals[0]!.status).toBe("needs a decision");
    expect(conflicts).toMatchObject([
      {
        kind: "contraindication",
        proposals: ["anticoagulant"],
        recordCode: "ICD10CM/K74.6",
        recordDaysAgo: 90,
        statement: { id: "liver" },
      },
    ]);
    expect(plan([vetted(anticoagulant), known]).conflicts).toEqual([]);
  });

  it("judges a value by the latest one, and only by what was known", () => {
    const low = conflictWith("kidney", {
      kind: "contraindication",
      with: ["LOINC/33914-3"],
      value: "< 30",
      severity: "caution",
    });
    const statusWith = (events: [string, number | null, number][]) =>
      plan([vetted(anticoagulant), low], events).proposals[0]!.status;
    expect(statusWith([["LOINC/33914-3", 25, 10]])).toBe("with caution");
    expect(
      statusWith([
        ["LOINC/33914-3", 25, 100],
        ["LOINC/33914-3", 60, 10],
      ]),
    ).toBe("in the plan");
    expect(statusWith([["LOINC/33914-3", 25, -5]])).toBe("in the plan");
    expect(statusWith([["LOINC/33914-3", null, 5]])).toBe("in the plan");
  });

  it("finds an interaction between two panels' proposals, once, and with a drug of the record", () => {
    const together = conflictWith("together", {
      kind: "interaction",
      with: ["RXNORM/76*"],
      severity: "caution",
    });
    const { conflicts, proposals } = plan(
      [vetted(anticoagulant), vetted(acidBlocker), together],
      [["RXNORM/7623", null, 3]],
    );
    expect(conflicts.map(({ proposals: of, recordCode }) => [of, recordCode])).toEqual([
      [["anticoagulant"], "RXNORM/7623"],
      [["anticoagulant", "acid-blocker"], null],
    ]);
    expect(proposals.map(({ status }) => status)).toEqual(["with caution", "with caution"]);
  });

  it("does not call a proposal without codes free of conflicts, nor a site that has vetted none", () => {
    const { proposals, basis } = plan([vetted(knowledge("lifestyle", {}), true)]);
    expect(proposals[0]!.status).toBe("unchecked");
    expect(basis.notices.join("; ")).toContain("conflicts could not be looked for");
    expect(basis.notices.join("; ")).toContain("demonstration only");
    expect(plan([]).basis.notices.join()).toContain("nothing is proposed");
  });
});

describe("knowledge of conflicts", () => {
  const line = (conflict: object) =>
    JSON.stringify(
      knowledge("one", { action: null, conflict: conflict as NonNullable<Knowledge["conflict"]> }),
    );
  const good = {
    kind: "contraindication",
    act: ["RXNORM/6809"],
    with: ["LOINC/33914-3"],
    value: "< 30",
    severity: "avoid",
  };

  it("is read with act, what it conflicts with, a condition and how severe it is", () => {
    expect(parseKnowledge(line(good), "k")[0]!.conflict).toEqual(good);
  });

  it.each([
    ["another kind", { ...good, kind: "side effect" }],
    ["no act", { ...good, act: [] }],
    ["a condition that is none", { ...good, value: "low" }],
  ])("is refused with %s", (_, conflict) => {
    expect(() => parseKnowledge(line(conflict), "k")).toThrow(
      expect.objectContaining({ code: "KNOWLEDGE_INVALID" }),
    );
  });
});

describe("a file of panels", () => {
  const outcomes = ["diabetes", "htn", "dyslipidemia", "MI", "stroke", "heart failure", "afib", "ang/isc"];

  it("of the example is read, with an owner of each shared outcome", async () => {
    expect(await readPanelsFile("examples/olmsted/reasoning/panels.yaml", outcomes)).toHaveLength(4);
  });

  it.each([
    ["an outcome that the site does not list", "[{name: A, outcomes: [{outcome: gout, threshold: 0.1}]}]"],
    ["a threshold that is no probability", "[{name: A, outcomes: [{outcome: MI, threshold: 20}]}]"],
    [
      "two owners",
      "[{name: A, outcomes: [{outcome: MI, threshold: 0.1, owns: true}]}, {name: B, outcomes: [{outcome: MI, threshold: 0.1, owns: true}]}]",
    ],
    [
      "a name twice",
      "[{name: A, outcomes: [{outcome: MI, threshold: 0.1}]}, {name: A, outcomes: [{outcome: MI, threshold: 0.1}]}]",
    ],
  ])("is refused with %s", async (_, panelsText) => {
    const path = join(await temporaryFolder(), "panels.yaml");
    await writeFile(path, `{schema: longitude.panels/1, panels: ${panelsText}}`);
    await expect(readPanelsFile(path, outcomes)).rejects.toMatchObject({ code: "REASONING_FILE" });
  });
});
