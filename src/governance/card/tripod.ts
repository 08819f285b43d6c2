/**
 * The TRIPOD+AI checklist (BMJ 2024;385:e078378) of one release, filled where the system or the card's facts know the
 * answer. Invariant: an item is filled or missing; nothing is invented.
 */
import { designText } from "../../evaluation/design/evaluation-design.ts";
import type { DesignEvidence } from "../gates/evidence-bundle.ts";
import type { CardFacts } from "./card-facts.ts";
import type { ModelCard } from "./model-card.ts";

export interface ChecklistItem {
  readonly item: string;
  readonly section: string;
  readonly title: string;
  /** Null: nobody has said it. */
  readonly value: string | null;
}

export interface TripodChecklist {
  readonly schema: "longitude.tripod/1";
  readonly model: string;
  readonly version: string;
  readonly items: readonly ChecklistItem[];
  readonly missing: readonly string[];
}

export interface TripodInput {
  readonly card: ModelCard;
  readonly facts: CardFacts;
  readonly internal: DesignEvidence;
  readonly external: DesignEvidence | null;
  /** Whether the model reads the text of notes. */
  readonly readsNotes: boolean;
}

type Row = readonly [item: string, section: string, title: string, value: string | null | undefined];

export function tripodChecklist(input: TripodInput): TripodChecklist {
  const items = [...methods(input), ...results(input)].map(([item, section, title, value]) => ({
    item,
    section,
    title,
    value: value ?? null,
  }));
  return {
    schema: "longitude.tripod/1",
    model: input.card.model,
    version: input.card.version,
    items,
    missing: items.filter(({ value }) => value === null).map(({ item }) => item),
  };
}

function methods({ card, facts, internal, external, readsNotes }: TripodInput): Row[] {
  const outcomes = [...new Set(internal.evaluation.tasks.map(({ title }) => title))].join(", ");
  const said = facts.tripod ?? {};
  return [
    [
      "1",
      "Title",
      "Model, population and outcome named",
      `${card.name} ${card.version}: development and evaluation of a prediction model of ${outcomes}`,
    ],
    ["2", "Abstract", "Abstract (TRIPOD+AI for abstracts)", said["2"]],
    ["3a", "Introduction", "Healthcare context and rationale", said["3a"]],
    [
      "3b",
      "Introduction",
      "Target population, purpose and users",
      joined(facts.intendedPopulation, facts.intendedUse, facts.intendedUsers),
    ],
    ["3c", "Introduction", "Known health inequalities", said["3c"]],
    [
      "4",
      "Introduction",
      "Objectives: development, evaluation or both",
      `Development and evaluation${external === null ? "" : ", with evaluation on records from elsewhere"}`,
    ],
    ["5a", "Methods", "Sources of data", said["5a"] ?? facts.inclusion],
    ["5b", "Methods", "Dates of the data", said["5b"]],
    ["6a", "Methods", "Setting", said["6a"]],
    [
      "6b",
      "Methods",
      "Eligibility criteria",
      "definitions.json of the release: population, rules, washout and gap of each outcome",
    ],
    ["6c", "Methods", "Treatments received", said["6c"]],
    [
      "7",
      "Methods",
      "Data preparation",
      "Bins, vocabulary and calibration are learned on training and tuning persons only; every rejected row is counted in the report",
    ],
    [
      "8a",
      "Methods",
      "Outcome, horizon and how it was assessed",
      `${outcomes}; events, value bounds and horizons in definitions.json`,
    ],
    ["8b", "Methods", "Qualifications of the outcome's assessors", vettingOf(internal)],
    [
      "8c",
      "Methods",
      "Blinding of the assessment",
      "Labels are computed from the records, without sight of predictions",
    ],
    [
      "9a",
      "Methods",
      "Choice of predictors",
      `Every code of the record that is in the vocabulary and not listed as never an input${readsNotes ? "; the text of de-identified notes, as pieces of words learned on training persons" : "; the text of notes is not read"}`,
    ],
    [
      "9b",
      "Methods",
      "Definition of predictors and when they were measured",
      "Codes with times and availability times; vocabulary.json of the release lists them",
    ],
    ["9c", "Methods", "Qualifications of the predictors' assessors", said["9c"]],
    [
      "10",
      "Methods",
      "Sample size",
      `${internal.evaluation.persons} held-out persons; onsets of each task in the evidence; fewer than the stated minimum are not judged`,
    ],
    [
      "11",
      "Methods",
      "Missing data",
      "What was not recorded is absent from the sequence; nothing is imputed",
    ],
    [
      "12a",
      "Methods",
      "How the data were used",
      `Measured were ${designText(internal.evaluation.design)}; training and tuning are drawn by chance, and nothing is learned from the held out`,
    ],
    [
      "12b",
      "Methods",
      "Handling of predictors",
      "Values become bins by quantiles of their code and unit on training persons",
    ],
    [
      "12c",
      "Methods",
      "Type of model, tuning and internal validation",
      "Decoder over event sequences with onset hazards, and boosted person-year hazards; config.json and longitude.json of the release",
    ],
    ["12d", "Methods", "Heterogeneity across clusters", said["12d"]],
    [
      "12e",
      "Methods",
      "Measures of performance",
      "C-index, AUROC, AUPRC, Brier score, calibration slope, intercept, O:E and ICI, net benefit, with bootstrap intervals over persons",
    ],
    ["12f", "Methods", "Model updating", facts.updates],
    [
      "12g",
      "Methods",
      "How predictions were calculated",
      "Cumulative incidence from onset hazards, death competing",
    ],
    ["13", "Methods", "Class imbalance", "No resampling of classes; risks are calibrated on tuning persons"],
    ["14", "Methods", "Approaches to fairness", joined(facts.fairnessApproach, facts.biasManagement)],
    [
      "15",
      "Methods",
      "Output and thresholds",
      "A risk from 0 to 1; thresholds of evidence.json, none is built in",
    ],
    [
      "16",
      "Methods",
      "Differences between development and evaluation data",
      external === null ? null : "evidence/external of the release",
    ],
    ["17", "Methods", "Ethical approval", said["17"]],
    ["18a", "Open science", "Funding", facts.funding],
    ["18b", "Open science", "Conflicts of interest", said["18b"]],
    ["18c", "Open science", "Protocol", said["18c"]],
    ["18d", "Open science", "Registration", said["18d"]],
    ["18e", "Open science", "Data sharing", said["18e"]],
    ["18f", "Open science", "Code sharing", said["18f"]],
    ["19", "Patient and public involvement", "Involvement in design, conduct or reporting", said["19"]],
  ];
}

function results({ card, facts, internal, external }: TripodInput): Row[] {
  const said = facts.tripod ?? {};
  const attribute = (number: number) => card.attributes[number - 1]?.value;
  const sizes = internal.evaluation.tasks.map(
    ({ title, landmark, horizon, n, events }) => `${title}, ${landmark}, ${horizon}: ${events} of ${n}`,
  );
  return [
    [
      "20a",
      "Results",
      "Flow of participants",
      "Attrition of every task with its reasons, in evaluation.json and the report",
    ],
    ["20b", "Results", "Characteristics", attribute(13)],
    ["20c", "Results", "Comparison with the development data", external === null ? null : attribute(19)],
    ["21", "Results", "Participants and outcome events in each analysis", sizes.join("; ")],
    [
      "22",
      "Results",
      "Full model specification",
      "The checkpoint in the release: weights, config.json, vocabulary.json",
    ],
    [
      "23a",
      "Results",
      "Performance with intervals, also of subgroups",
      joined(attribute(21) ?? undefined, attribute(22) ?? undefined),
    ],
    [
      "23b",
      "Results",
      "Heterogeneity of performance across clusters",
      external === null ? null : attribute(23),
    ],
    ["24", "Results", "Results of model updating", said["24"]],
    ["25", "Discussion", "Interpretation, including fairness", card.words],
    ["26", "Discussion", "Limitations", facts.risks],
    ["27a", "Discussion", "Poor-quality or missing input at use", said["27a"]],
    ["27b", "Discussion", "User interaction and expertise", joined(facts.decisionRole, facts.intendedUsers)],
    ["27c", "Discussion", "Next steps", said["27c"]],
  ];
}

function vettingOf({ evaluation }: DesignEvidence): string | null {
  const vetted = evaluation.vetting.filter(
    ({ status, demonstration }) => status === "vetted" && !demonstration,
  ).length;
  return vetted === 0
    ? null
    : `${vetted} of ${evaluation.vetting.length} definitions vetted by the site's reviewers`;
}

function joined(...parts: readonly (string | undefined)[]): string | null {
  const said = parts.filter((part) => part !== undefined);
  return said.length === 0 ? null : said.join(". ");
}
