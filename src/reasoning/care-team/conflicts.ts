/**
 * Conflicts of proposed acts with the record, and with each other, from vetted knowledge alone.
 * Invariant: an act without codes is not called free of conflicts: it could not be checked, and says so.
 */
import type { KnownConflict, VettedKnowledge } from "../../vetting/knowledge/knowledge-statement.ts";
import { codeMatcher } from "../../vetting/outcome-definition.ts";
import { eventsBefore, type HistoryEvent, type PatientHistory } from "../../vetting/patient-history.ts";
import { parseValueCondition } from "../../vetting/value-condition.ts";

/** Something that a panel proposes. */
export interface ProposedAct {
  /** Id of the vetted statement that recommends it. */
  readonly id: string;
  /** Codes that it would put into the record. */
  readonly acts: readonly string[];
}

export interface Conflict {
  readonly kind: KnownConflict["kind"];
  readonly severity: KnownConflict["severity"];
  /** Ids of the proposals: one against the record, or two against each other. */
  readonly proposals: readonly string[];
  /** The code of the record that it conflicts with; null between two proposals. */
  readonly recordCode: string | null;
  /** Days since that code was recorded last. */
  readonly recordDaysAgo: number | null;
  /** What the vetted statement says, and where it is from. */
  readonly statement: {
    readonly id: string;
    readonly text: string;
    readonly source: string;
    readonly url: string;
  };
}

/** @param known vetted statements; those that name no conflict are passed over */
export function conflictsOf(
  proposals: readonly ProposedAct[],
  history: PatientHistory,
  day: number,
  known: readonly VettedKnowledge[],
): Conflict[] {
  const events = eventsBefore(history, day);
  return known.flatMap(({ knowledge: { id, statement, source, conflict } }) => {
    if (conflict === undefined) return [];
    const common = {
      kind: conflict.kind,
      severity: conflict.severity,
      statement: { id, text: statement, source: source.title, url: source.url },
    };
    const acting = proposals.filter(({ acts }) => meet(acts, conflict.act));
    const held = latestHeld(events, conflict);
    const withRecord =
      held === null
        ? []
        : acting.map((proposal) => ({
            ...common,
            proposals: [proposal.id],
            recordCode: held.code,
            recordDaysAgo: day - held.day,
          }));
    // Two acts that were never done have no value, so a condition on one is a matter of the record alone.
    const others = conflict.kind === "interaction" && conflict.value === undefined ? proposals : [];
    const between = acting.flatMap((proposal) =>
      others
        .filter((other) => other.id !== proposal.id && meet(other.acts, conflict.with))
        // Where either could stand on either side, the pair counts once.
        .filter(
          (other) =>
            proposal.id < other.id || !(acting.includes(other) && meet(proposal.acts, conflict.with)),
        )
        .map((other) => ({
          ...common,
          proposals: [proposal.id, other.id],
          recordCode: null,
          recordDaysAgo: null,
        })),
    );
    return [...withRecord, ...between];
  });
}

/** The latest event of the codes, where its value meets the condition. */
function latestHeld(events: readonly HistoryEvent[], conflict: KnownConflict): HistoryEvent | null {
  const inSet = codeMatcher(conflict.with);
  const holds = conflict.value === undefined ? null : parseValueCondition(conflict.value);
  const found = events.filter(({ code, value }) => inSet(code) && (holds === null || value !== null));
  const latest = found.reduce<HistoryEvent | null>(
    (best, one) => (best === null || one.day >= best.day ? one : best),
    null,
  );
  if (latest === null || holds === null) return latest;
  return holds(latest.value as number) ? latest : null;
}

/** Whether some code is in both sets, each of codes or beginnings. */
function meet(one: readonly string[], other: readonly string[]): boolean {
  const beginning = (pattern: string) => (pattern.endsWith("*") ? pattern.slice(0, -1) : pattern);
  const [inOne, inOther] = [codeMatcher(one), codeMatcher(other)];
  return one.some((code) => inOther(beginning(code))) || other.some((code) => inOne(beginning(code)));
}
