import { describe, expect, test } from "vitest";
import { cardPdf } from "../../src/governance/card/card-pdf.ts";
import { chaiXml } from "../../src/governance/card/chai-xml.ts";
import { modelCard } from "../../src/governance/card/model-card.ts";
import { renderCard } from "../../src/governance/card/render-card.ts";
import { tripodChecklist } from "../../src/governance/card/tripod.ts";
import type { Verdict } from "../../src/governance/gates/verdict.ts";
import { inventedEvaluation } from "../evaluation/report/invented-evaluation.ts";

const verdict: Verdict = {
  schema: "longitude.verdict/1",
  model: "a".repeat(64),
  verdict: "silent only",
  words: "Silent only.",
  tasks: [],
  judged: {},
};
const internal = {
  evaluation: inventedEvaluation(),
  evidence: null,
};
const facts = {
  funding: "The <hospital>",
  risks: "Rare diseases – few persons",
  tripod: { "17": "Approved" },
};
const input = {
  site: "test",
  version: "1.0",
  createdAt: "2026-06-15T00:00:00.000Z",
  reviewBy: "2027-06-15",
  facts,
  verdict,
  internal,
  external: null,
  persons: {},
  readsNotes: false,
};
const card = modelCard(input);
const tripod = tripodChecklist({ card, facts, internal, external: null, readsNotes: false });

describe("the card", () => {
  test("has the 31 source attributes, and shows missing ones as missing", () => {
    expect(card.attributes).toHaveLength(31);
    expect(card.attributes[1]?.value).toBe("The <hospital>");
    expect(card.missing).toContain(5);
    const html = renderCard(card, verdict, tripod);
    expect(html).toContain("<strong>missing</strong>");
    expect(html).toContain("The &lt;hospital&gt;");
    expect(html).not.toMatch(/(src|href)="(https?:)?\/\//);
  });

  test("says whether the text of notes is read", () => {
    const said = (of: typeof card) => of.attributes.map(({ value }) => value).join();
    expect(said(card)).toContain("The text of notes is not read");
    expect(said(modelCard({ ...input, readsNotes: true }))).toContain(
      "The text of de-identified notes is read",
    );
    const predictors = (readsNotes: boolean) =>
      tripodChecklist({ card, facts, internal, external: null, readsNotes }).items.find(
        ({ item }) => item === "9a",
      )?.value;
    expect(predictors(false)).toContain("the text of notes is not read");
    expect(predictors(true)).toContain("the text of de-identified notes");
  });

  test("has the TRIPOD+AI checklist: every item once, filled where something is known", () => {
    const items = tripod.items.map(({ item }) => item);
    expect(new Set(items).size).toBe(items.length);
    expect(new Set(items.map((item) => item.replace(/[a-z]/, ""))).size).toBe(27);
    const value = (item: string) => tripod.items.find((one) => one.item === item)?.value;
    expect(value("17")).toBe("Approved");
    expect(value("18a")).toBe("The <hospital>");
    expect(value("21")).toMatch(/\d+ of \d+/);
    expect(tripod.missing).toEqual(expect.arrayContaining(["5b", "16", "18b", "19"]));
  });

  test("is a PDF that carries the CHAI card, the same bytes each time", async () => {
    const xml = chaiXml(card);
    const pdf = await cardPdf(card, verdict, tripod, xml);
    const text = Buffer.from(pdf).toString("latin1");
    expect(text.startsWith("%PDF-1.7")).toBe(true);
    expect(text.trimEnd().endsWith("%%EOF")).toBe(true);
    expect(text).toContain("/chaiMcXml");
    expect(text).toContain("/chaiMcSoftwareId");
    expect(await cardPdf(card, verdict, tripod, xml)).toEqual(pdf);
  });
});

/** Children of each element of the CHAI schema 0.2 in their order; `?` may be left out, `*` comes once or more. */
const CHAI_CHILDREN: Readonly<Record<string, string>> = {
  AppliedModelCard:
    "BasicInfo ReleaseInfo ModelSummary UsesAndDirections Warnings TrustIngredients KeyMetrics Resources Bibliography",
  BasicInfo: "ModelName ModelDeveloper DeveloperContact",
  ReleaseInfo:
    "ReleaseStage ReleaseDate ReleaseVersion GlobalAvailability EHRCompatibility? RegulatoryApproval?",
  ModelSummary: "Summary Keywords",
  Keywords: "Keyword*",
  UsesAndDirections:
    "IntendedUseAndWorkflow PrimaryIntendedUsers HowToUse TargetedPatientPopulation CautionedOutOfScopeSettings",
  Warnings: "KnownRisksAndLimitations KnownBiasesOrEthicalConsiderations ClinicalRiskLevel",
  TrustIngredients: "AISystemFacts TransparencyInformation",
  AISystemFacts:
    "OutcomesAndOutputs ModelType FoundationModels? InputDataSource OutputAndInputDataTypes " +
    "DevelopmentDataCharacterization BiasMitigationApproaches OngoingMaintenance Security? Transparency?",
  TransparencyInformation: "FundingSource ThirdPartyInformation? StakeholdersConsulted",
  KeyMetrics: "UsefulnessUsabilityEfficacy FairnessEquity SafetyReliability",
  UsefulnessUsabilityEfficacy:
    "MetricGoal Results Interpretation TestType TestingDataDescription ValidationProcessAndJustification",
  FairnessEquity:
    "MetricGoal Results Interpretation TestType TestingDataDescription ValidationProcessAndJustification",
  SafetyReliability:
    "MetricGoal Results Interpretation TestType TestingDataDescription ValidationProcessAndJustification",
  Results: "MetricResult*",
  MetricResult: "Label ValueJson",
  Resources:
    "EvaluationReferences? ClinicalTrial? PeerReviewedPublications ReimbursementStatus? PatientConsentOrDisclosure",
};

describe("the CHAI card", () => {
  test("has the elements of the schema, in its namespace and order, and values that are numbers", () => {
    const xml = chaiXml(card);
    expect(xml).toContain('<AppliedModelCard xmlns="https://mc.chai.org/v0.2/schema.xsd">');
    const children = new Map<string, string[]>();
    const open: string[] = [];
    for (const [, end, name] of xml.matchAll(/<(\/?)(\w+)[^>]*>/g)) {
      if (end === "/") {
        expect(open.pop()).toBe(name);
        const rule = CHAI_CHILDREN[name ?? ""];
        const found = (children.get(open.concat(name ?? "").join("/")) ?? []).join(" ");
        if (rule === undefined) expect(found, name).toBe("");
        else expect(`${found} `, name).toMatch(ordered(rule));
        children.delete(open.concat(name ?? "").join("/"));
      } else {
        const parent = open.join("/");
        children.set(parent, [...(children.get(parent) ?? []), name ?? ""]);
        open.push(name ?? "");
      }
    }
    expect(open).toEqual([]);
    const values = [...xml.matchAll(/<ValueJson>(.*?)<\/ValueJson>/g)].map(([, value]) =>
      JSON.parse((value ?? "").replaceAll("&quot;", '"')),
    );
    const figure = card.tasks.map(({ figures }) => figures.cIndex).find((text) => typeof text === "string");
    expect(values).toContainEqual({ kind: "single", value: Number.parseFloat(figure ?? "") });
  });
});

function ordered(rule: string): RegExp {
  const parts = rule.split(" ").map((part) => {
    if (part.endsWith("?")) return `(${part.slice(0, -1)} )?`;
    return part.endsWith("*") ? `(${part.slice(0, -1)} )+` : `${part} `;
  });
  return new RegExp(`^${parts.join("")}$`);
}
