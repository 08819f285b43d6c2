/**
 * The card as CHAI Applied Model Card XML, version 0.2: namespace, elements and order are those of its schema. A result's value
 * is one number (`kind: single`, as the published cards have it); its interval stands in the label.
 */
import type { ModelCard } from "./model-card.ts";

const NAMESPACE = "https://mc.chai.org/v0.2/schema.xsd";
const MISSING = "Not stated.";
const KEYWORDS = ["longitudinal record", "risk", "foundation model"];

export function chaiXml(card: ModelCard): string {
  const of = (number: number): string => card.attributes[number - 1]?.value ?? MISSING;
  const element = (name: string, content: string): string => `<${name}>${content}</${name}>`;
  const text = (name: string, value: string): string => element(name, escaped(value));
  const metric = (name: string, goal: string, results: readonly string[], interpretation: string): string =>
    element(
      name,
      text("MetricGoal", goal) +
        element("Results", results.join("")) +
        text("Interpretation", interpretation) +
        text("TestType", "Internal validation on held-out persons") +
        text("TestingDataDescription", of(13)) +
        text("ValidationProcessAndJustification", of(20)),
    );
  const result = (label: string, value: number | null): string =>
    element(
      "MetricResult",
      text("Label", label) + text("ValueJson", JSON.stringify({ kind: "single", value })),
    );
  /** One result for each task in which the measure has a figure, and one that says so when there is none. */
  const results = (measure: string, title: string): string[] => {
    const found = card.tasks.flatMap((task) => {
      const figure = task.figures[measure] ?? null;
      if (figure === null) return [];
      const label = `${task.title}, ${task.landmark}, ${task.horizon}: ${title} ${figure}`;
      return [result(label, Number.parseFloat(figure))];
    });
    return found.length > 0 ? found : [result(`${title}: not measured`, null)];
  };
  return `<?xml version="1.0" encoding="UTF-8"?>
<AppliedModelCard xmlns="${NAMESPACE}">${[
    element(
      "BasicInfo",
      text("ModelName", card.name) + text("ModelDeveloper", of(1)) + text("DeveloperContact", of(1)),
    ),
    element(
      "ReleaseInfo",
      text("ReleaseStage", card.verdict) +
        text("ReleaseDate", card.createdAt.slice(0, 10)) +
        text("ReleaseVersion", card.version) +
        text("GlobalAvailability", MISSING),
    ),
    element(
      "ModelSummary",
      text("Summary", of(3)) + element("Keywords", KEYWORDS.map((word) => text("Keyword", word)).join("")),
    ),
    element(
      "UsesAndDirections",
      text("IntendedUseAndWorkflow", of(5)) +
        text("PrimaryIntendedUsers", of(7)) +
        text("HowToUse", of(8)) +
        text("TargetedPatientPopulation", of(6)) +
        text("CautionedOutOfScopeSettings", of(9)),
    ),
    element(
      "Warnings",
      text("KnownRisksAndLimitations", of(10)) +
        text("KnownBiasesOrEthicalConsiderations", of(16)) +
        text("ClinicalRiskLevel", MISSING),
    ),
    element(
      "TrustIngredients",
      element(
        "AISystemFacts",
        text("OutcomesAndOutputs", of(3)) +
          text(
            "ModelType",
            "Decoder over patient timelines with onset hazards, and boosted person-year hazards",
          ) +
          text("InputDataSource", of(11)) +
          text("OutputAndInputDataTypes", "Coded events with times and values; risks from 0 to 1") +
          text("DevelopmentDataCharacterization", of(13)) +
          text("BiasMitigationApproaches", of(16)) +
          text("OngoingMaintenance", of(26)),
      ) +
        element(
          "TransparencyInformation",
          text("FundingSource", of(2)) + text("StakeholdersConsulted", MISSING),
        ),
    ),
    element(
      "KeyMetrics",
      metric(
        "UsefulnessUsabilityEfficacy",
        "Rank who will have an onset first",
        results("cIndex", "C-index"),
        card.words,
      ) +
        metric(
          "FairnessEquity",
          "No group is missed more often",
          [result("Figures by group stand in the interpretation", null)],
          of(22),
        ) +
        metric(
          "SafetyReliability",
          "Risks are what is observed",
          results("observedToExpected", "observed to expected"),
          card.words,
        ),
    ),
    element(
      "Resources",
      text("EvaluationReferences", of(25)) +
        text("PeerReviewedPublications", MISSING) +
        text("PatientConsentOrDisclosure", MISSING),
    ),
    text("Bibliography", ""),
  ].join("\n")}</AppliedModelCard>
`;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escaped(value: string): string {
  return value.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? "");
}
