/**
 * Specialty panels look at one person, each with its outcomes, thresholds and knowledge, and their views become one plan:
 * concerns with an owner, proposals with who supports them, what conflicts, and where panels do not agree.
 * Invariants: a proposal is the words of a statement that is vetted today, with its source; one against which vetted
 * knowledge says "avoid" is never simply in the plan, but needs a decision of its owner.
 */
import type { VettedKnowledge } from "../../vetting/knowledge/knowledge-statement.ts";
import type { PatientHistory } from "../../vetting/patient-history.ts";
import { DEMONSTRATION_MARK } from "../../vetting/statements/vetting-status.ts";
import type { Basis } from "../basis.ts";
import type { Differential, ExpectedCondition } from "../differential/differential.ts";
import { type Conflict, conflictsOf } from "./conflicts.ts";
import type { Panel } from "./panels-file.ts";

export interface PanelView {
  readonly panel: string;
  readonly outcomes: readonly {
    readonly outcome: string;
    readonly title: string;
    readonly threshold: number;
    /** `borderline`: the threshold lies in the interval of the probability. */
    readonly stands: "known" | "concern" | "borderline" | "below" | "not asked";
    readonly probability: number | null;
  }[];
  /** Ids of the statements that it proposes. */
  readonly proposes: readonly string[];
}

export interface Concern {
  readonly outcome: string;
  readonly title: string;
  readonly known: boolean;
  /** Null for what is known. */
  readonly probability: number | null;
  readonly interval: ExpectedCondition["interval"];
  readonly owner: string;
  /** Other panels to which it is a concern too. */
  readonly agree: readonly string[];
  /** Panels that list it and to which it is none, with their threshold. */
  readonly disagree: readonly { readonly panel: string; readonly threshold: number }[];
}

export interface Proposal {
  /** Id of the vetted statement. */
  readonly id: string;
  readonly action: string;
  readonly statement: string;
  readonly strength: "recommended" | "consider" | "information";
  readonly population: string;
  readonly source: { readonly title: string; readonly publisher: string; readonly url: string };
  readonly forOutcomes: readonly string[];
  readonly owner: string;
  readonly supportedBy: readonly string[];
  /** `unchecked`: the statement names no codes, so that conflicts could not be looked for. */
  readonly status: "in the plan" | "with caution" | "needs a decision" | "unchecked";
}

export interface CareTeamAnswer {
  readonly basis: Basis;
  readonly panels: readonly PanelView[];
  /** The likeliest first, known ones last. */
  readonly concerns: readonly Concern[];
  readonly proposals: readonly Proposal[];
  readonly conflicts: readonly Conflict[];
}

export interface CareTeamInput {
  readonly panels: readonly Panel[];
  readonly history: PatientHistory;
  readonly day: number;
  readonly differential: Differential;
  /** Vetted today. */
  readonly vetted: readonly VettedKnowledge[];
}

export function careTeam({ panels, history, day, differential, vetted }: CareTeamInput): CareTeamAnswer {
  const views = panels.map((panel) => viewOf(panel, differential, vetted));
  const concerns = concernsOf(panels, views, differential);
  const proposed = vetted.filter(({ knowledge: { id } }) =>
    views.some(({ proposes }) => proposes.includes(id)),
  );
  const acts = proposed.map(({ knowledge: { id, acts = [] } }) => ({ id, acts }));
  const conflicts = conflictsOf(acts, history, day, vetted);
  return {
    basis: { ...differential.basis, notices: [...differential.basis.notices, ...noticesOf(vetted)] },
    panels: views,
    concerns,
    proposals: proposed.map((one) => proposalOf(one, views, concerns, conflicts)),
    conflicts,
  };
}

function viewOf(
  panel: Panel,
  { expected, known }: Differential,
  vetted: readonly VettedKnowledge[],
): PanelView {
  const outcomes = panel.outcomes.map(({ outcome, threshold }) => {
    const found = expected.find(({ name }) => name === outcome);
    const held = known.find(({ name }) => name === outcome);
    const stands: PanelView["outcomes"][number]["stands"] =
      held !== undefined ? "known" : found === undefined ? "not asked" : standing(found, threshold);
    return {
      outcome,
      title: (found ?? held)?.title ?? outcome,
      threshold,
      stands,
      probability: found?.probability ?? null,
    };
  });
  const about = outcomes.filter(({ stands }) => stands === "concern" || stands === "borderline");
  const proposes = vetted
    .filter(({ knowledge: { id, action, outcomes: of } }) => {
      if (action === null || panel.knowledge?.includes(id) === false) return false;
      return about.some(({ outcome }) => of.includes(outcome));
    })
    .map(({ knowledge: { id } }) => id);
  return { panel: panel.name, outcomes, proposes };
}

function standing(
  { probability, interval }: ExpectedCondition,
  threshold: number,
): "concern" | "borderline" | "below" {
  if (interval !== null && interval.low < threshold && interval.high >= threshold) return "borderline";
  return probability >= threshold ? "concern" : "below";
}

function concernsOf(
  panels: readonly Panel[],
  views: readonly PanelView[],
  { expected, known }: Differential,
): Concern[] {
  const listed = [...new Set(panels.flatMap(({ outcomes }) => outcomes.map(({ outcome }) => outcome)))];
  const concerns = listed.flatMap((outcome) => {
    const seen = views.flatMap(({ panel, outcomes }) =>
      outcomes.filter((one) => one.outcome === outcome).map((one) => ({ panel, ...one })),
    );
    const concerned = seen.filter(({ stands }) => stands !== "below" && stands !== "not asked");
    if (concerned.length === 0) return [];
    const owner = ownerOf(outcome, panels);
    const found = expected.find(({ name }) => name === outcome);
    return [
      {
        outcome,
        title: seen[0]?.title ?? outcome,
        known: known.some(({ name }) => name === outcome),
        probability: found?.probability ?? null,
        interval: found?.interval ?? null,
        owner,
        agree: concerned.map(({ panel }) => panel).filter((panel) => panel !== owner),
        disagree: seen
          .filter(({ stands }) => stands === "below")
          .map(({ panel, threshold }) => ({ panel, threshold })),
      },
    ];
  });
  return concerns.sort((a, b) => (b.probability ?? -1) - (a.probability ?? -1));
}

/** The panel that says it owns the outcome, else the first that lists it. */
function ownerOf(outcome: string, panels: readonly Panel[]): string {
  const listing = panels.filter(({ outcomes }) => outcomes.some((one) => one.outcome === outcome));
  const owner =
    listing.find(({ outcomes }) => outcomes.some((one) => one.outcome === outcome && one.owns)) ?? listing[0];
  if (owner === undefined) throw new TypeError("an outcome that no panel lists");
  return owner.name;
}

function proposalOf(
  { knowledge }: VettedKnowledge,
  views: readonly PanelView[],
  concerns: readonly Concern[],
  conflicts: readonly Conflict[],
): Proposal {
  const { id, action, statement, strength, population, source, acts } = knowledge;
  const of = concerns.filter(({ outcome, known }) => !known && knowledge.outcomes.includes(outcome));
  const against = conflicts.filter(({ proposals }) => proposals.includes(id));
  const worst = against.some(({ severity }) => severity === "avoid");
  const status = worst
    ? "needs a decision"
    : against.length > 0
      ? "with caution"
      : acts === undefined
        ? "unchecked"
        : "in the plan";
  const supportedBy = views.filter(({ proposes }) => proposes.includes(id)).map(({ panel }) => panel);
  return {
    id,
    action: action ?? "",
    statement,
    strength,
    population,
    source: { title: source.title, publisher: source.publisher, url: source.url },
    forOutcomes: of.map(({ outcome }) => outcome),
    // Concerns stand the likeliest first.
    owner: of[0]?.owner ?? (supportedBy[0] as string),
    supportedBy,
    status,
  };
}

function noticesOf(vetted: readonly VettedKnowledge[]): string[] {
  const notices: string[] = [];
  if (vetted.length === 0) notices.push("the site has no vetted knowledge: nothing is proposed");
  else if (vetted.every(({ knowledge: { conflict } }) => conflict === undefined))
    notices.push(
      "the site has no vetted contraindications or interactions: conflicts could not be looked for",
    );
  if (vetted.some(({ vetting }) => vetting.demonstration)) notices.push(`knowledge ${DEMONSTRATION_MARK}`);
  return notices;
}
