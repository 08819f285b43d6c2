/**
 * The model card as data: the 31 source attributes of 45 CFR 170.315(b)(11)(iv)(B), each from stored facts or missing,
 * with the verdict and the figures that it rests on. HTML and XML are drawn from this.
 */
import { designText } from "../../evaluation/design/evaluation-design.ts";
import type { EvaluationTask } from "../../evaluation/design/evaluation-schema.ts";
import type { Evidence } from "../../evaluation/design/evidence-schema.ts";
import { isIntersection } from "../../evaluation/design/subgroups.ts";
import type { DesignEvidence } from "../gates/evidence-bundle.ts";
import type { Verdict } from "../gates/verdict.ts";
import type { CardFacts } from "./card-facts.ts";

export interface CardInput {
  readonly site: string;
  readonly version: string;
  readonly createdAt: string;
  readonly reviewBy: string;
  readonly facts: CardFacts;
  readonly verdict: Verdict;
  readonly internal: DesignEvidence;
  readonly external: DesignEvidence | null;
  /** Persons by split, e.g. `train`. */
  readonly persons: Readonly<Record<string, number>>;
  /** Whether the model reads the text of notes. */
  readonly readsNotes: boolean;
}

export interface SourceAttribute {
  readonly number: number;
  readonly group: string;
  readonly title: string;
  /** Null when nobody has said it. */
  readonly value: string | null;
}

export interface ModelCard {
  readonly schema: "longitude.card/1";
  readonly name: string;
  readonly version: string;
  readonly model: string;
  readonly createdAt: string;
  readonly reviewBy: string;
  readonly verdict: string;
  readonly words: string;
  readonly attributes: readonly SourceAttribute[];
  /** Numbers of the attributes that are missing. */
  readonly missing: readonly number[];
  readonly tasks: readonly {
    readonly title: string;
    readonly landmark: string;
    readonly horizon: string;
    readonly n: number;
    readonly events: number;
    readonly verdict: string;
    readonly figures: Readonly<Record<string, string | null>>;
  }[];
}

const CARD_MEASURES = ["cIndex", "auroc", "observedToExpected", "calibrationSlope", "brier"] as const;

export function modelCard(input: CardInput): ModelCard {
  const { facts, verdict, internal } = input;
  const attributes = attributesOf(input);
  return {
    schema: "longitude.card/1",
    name: facts.name ?? input.site,
    version: input.version,
    model: verdict.model,
    createdAt: input.createdAt,
    reviewBy: input.reviewBy,
    verdict: verdict.verdict,
    words: verdict.words,
    attributes,
    missing: attributes.filter(({ value }) => value === null).map(({ number }) => number),
    tasks: internal.evaluation.tasks.map((task) => ({
      title: task.title,
      landmark: task.landmark,
      horizon: task.horizon,
      n: task.n,
      events: task.events,
      verdict: verdict.tasks.find((judged) => isSame(judged, task))?.verdict ?? "do not deploy",
      figures: Object.fromEntries(
        CARD_MEASURES.map((name) => [
          name,
          shown(task.models[internal.evaluation.mainModel]?.[name] ?? null),
        ]),
      ),
    })),
  };
}

function attributesOf({
  facts,
  internal,
  external,
  persons,
  verdict,
  readsNotes,
}: CardInput): SourceAttribute[] {
  const groups = internal.evidence;
  const rows: [group: string, title: string, value: string | undefined | null][] = [
    ["Details and output", "Name and contact of the developer", joined(facts.developer, facts.contact)],
    ["Details and output", "Funding of the technical implementation", facts.funding],
    [
      "Details and output",
      "Description of the value produced as output",
      `Risk of ${internal.evaluation.tasks.length} outcomes and horizons as a cumulative incidence from 0 to 1, death competing`,
    ],
    ["Details and output", "Kind of output", "prediction"],
    ["Purpose", "Intended use", facts.intendedUse],
    ["Purpose", "Intended patient population", facts.intendedPopulation],
    ["Purpose", "Intended users", facts.intendedUsers],
    ["Purpose", "Intended decision-making role", facts.decisionRole],
    [
      "Cautioned out-of-scope use",
      "Tasks, situations and populations to avoid",
      joined(facts.outOfScope, excluded(verdict)),
    ],
    ["Cautioned out-of-scope use", "Known risks, inappropriate settings, limitations", facts.risks],
    ["Development and inputs", "Inclusion and exclusion criteria of the training data", facts.inclusion],
    [
      "Development and inputs",
      "Use of demographic and social variables as inputs",
      `Sex and age are inputs; others are where the record's static codes have them (the vocabulary in the release lists every input). ${
        readsNotes
          ? "The text of de-identified notes is read too, and may tell of others"
          : "The text of notes is not read"
      }`,
    ],
    [
      "Development and inputs",
      "Demographic representativeness of the training data",
      demographics(groups, persons),
    ],
    ["Development and inputs", "Relevance of the training data to the setting", facts.relevance],
    ["Fairness", "Approach to ensure that the output is fair", facts.fairnessApproach],
    ["Fairness", "Approaches to manage, reduce or eliminate bias", facts.biasManagement],
    [
      "External validation",
      "Data source and setting",
      external === null ? null : `${external.evaluation.persons} persons of records from elsewhere`,
    ],
    ["External validation", "Party that tested", facts.externalParty],
    [
      "External validation",
      "Demographic representativeness of the external data",
      external === null ? null : demographics(external.evidence, {}),
    ],
    ["External validation", "Process of validation", facts.externalProcess],
    [
      "Quantitative performance",
      "Validity on data of the same source",
      joined(`Measured on ${designText(internal.evaluation.design)}`, figures(internal) ?? undefined),
    ],
    ["Quantitative performance", "Fairness on data of the same source", fairness(groups)],
    ["Quantitative performance", "Validity on external data", external === null ? null : figures(external)],
    [
      "Quantitative performance",
      "Fairness on external data",
      external === null ? null : fairness(external.evidence),
    ],
    ["Quantitative performance", "References to evaluations of use on outcomes", facts.evaluationReferences],
    ["Maintenance", "Process and frequency of monitoring validity", facts.monitoring],
    ["Maintenance", "Validity in local data", figures(internal)],
    ["Maintenance", "Process and frequency of monitoring fairness", facts.fairnessMonitoring],
    ["Maintenance", "Fairness in local data", fairness(groups)],
    ["Update", "Process and frequency of updates", facts.updates],
    ["Update", "Frequency of correcting performance when risks are found", facts.correction],
  ];
  return rows.map(([group, title, value], i) => ({ number: i + 1, group, title, value: value ?? null }));
}

function figures({ evaluation }: DesignEvidence): string {
  const parts = evaluation.summary.map(({ landmark, horizon, outcomes, models }) => {
    const cIndex = shown(models[evaluation.mainModel]?.cIndex ?? null) ?? "not measured";
    return `${landmark}, ${horizon}: mean C-index ${cIndex} over ${outcomes.length} outcomes`;
  });
  return `${parts.join("; ")} (${evaluation.persons} persons)`;
}

function fairness(evidence: Evidence | null): string | null {
  if (evidence === null) return null;
  const levels = evidence.tasks.flatMap(({ subgroups }) => subgroups.flatMap(({ levels: of }) => of));
  const judged = levels.filter(({ judged: how }) => how === "judged").length;
  return `${judged} groups measured, ${levels.length - judged} with too few persons or onsets to judge; figures in evidence.json`;
}

function demographics(evidence: Evidence | null, persons: Readonly<Record<string, number>>): string | null {
  const counts = Object.entries(persons).map(([split, n]) => `${n} persons in ${split}`);
  const first = evidence?.tasks[0];
  const groups = (first?.subgroups ?? [])
    .filter(({ attribute }) => !isIntersection(attribute))
    .map(
      ({ attribute, levels }) => `${attribute}: ${levels.map(({ name, n }) => `${name} ${n}`).join(", ")}`,
    );
  const parts = [
    ...counts,
    ...(groups.length === 0 ? [] : [`measured on ${first?.n} (${groups.join("; ")})`]),
  ];
  return parts.length === 0 ? null : parts.join("; ");
}

function excluded({ tasks }: Verdict): string | undefined {
  const groups = new Set(tasks.flatMap(({ excludedGroups }) => excludedGroups));
  return groups.size === 0 ? undefined : `Not for: ${[...groups].join("; ")}`;
}

function joined(...parts: readonly (string | undefined)[]): string | undefined {
  const said = parts.filter((part) => part !== undefined);
  return said.length === 0 ? undefined : said.join(". ");
}

type Named = Pick<EvaluationTask, "outcome" | "landmark" | "horizon">;

function isSame(a: Named, b: Named): boolean {
  return a.outcome === b.outcome && a.landmark === b.landmark && a.horizon === b.horizon;
}

function shown(estimate: { value: number; low: number; high: number; n: number } | null): string | null {
  if (estimate === null) return null;
  const { value, low, high, n } = estimate;
  return `${value.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)}, n = ${n})`;
}
