/**
 * Which question-answer pairs may be learned today: those that were vetted, and a count of each reason for the others.
 * Invariant: a pair that is returned has its evidence; one that was rejected, is disputed or that nobody has vetted is never.
 */

import { toJson } from "../../artefacts/canonical-json.ts";
import { jsonHash } from "../../artefacts/signed-json.ts";
import type { LatestRound } from "../queue/latest-rounds.ts";
import type { Reviewer } from "../statements/reviewers.ts";
import type { VettedStatement } from "../statements/vetted-statement.ts";
import { vettingOf } from "../statements/vetting-status.ts";
import type { ReadProvenance } from "./pair-provenance.ts";
import { pairDefinition, type QuestionAnswer } from "./question-answer.ts";

export const LEFT_OUT = ["unvetted", "rejected", "disputed", "stale", "expired", "empty"] as const;
export type LeftOut = (typeof LEFT_OUT)[number];

export interface VettedPair {
  readonly question: string;
  readonly answer: string;
  /** What keeps it with others in one split; null: its wording alone. */
  readonly group: string | null;
}

export interface PairSelection {
  readonly pairs: readonly VettedPair[];
  /** Pairs that are not learned, by reason. */
  readonly leftOut: Readonly<Record<LeftOut, number>>;
  /** Public keys of those who signed that they were vetted; names stay where they are. */
  readonly keys: readonly string[];
  /** Statements and provenances by their hashes, items of the queue by their ids. */
  readonly evidence: readonly string[];
  readonly licences: readonly string[];
  /** Pairs whose provenance is recorded and not signed. */
  readonly unsigned: number;
  /** Pairs that nobody vetted for clinical use. */
  readonly demonstration: number;
}

export interface SiteVettingOfPairs {
  readonly statements: readonly VettedStatement[];
  readonly reviewers: readonly Reviewer[];
  /** The latest round of each pair in the queue, by `roundKey`. */
  readonly rounds: ReadonlyMap<string, LatestRound>;
  /** YYYY-MM-DD */
  readonly today: string;
}

export function selectSitePairs(
  all: readonly QuestionAnswer[],
  { statements, reviewers, rounds, today }: SiteVettingOfPairs,
): PairSelection {
  const tally = new Tally();
  const byName = new Map<string, VettedStatement[]>();
  for (const statement of statements)
    if (statement.kind === "answer")
      byName.set(statement.name, [...(byName.get(statement.name) ?? []), statement]);
  for (const pair of all) {
    const definition = pairDefinition(pair);
    const about = byName.get(pair.id) ?? [];
    const vetting = vettingOf(definition, [definition], about, reviewers, today);
    const round = rounds.get(`${pair.id}/${definition.contentHash}`);
    const reason = reasonOf(vetting.status, round);
    if (reason !== null) {
      tally.leave(reason);
      continue;
    }
    // Of statements of one day the one further down was added later.
    const statement = about
      .filter((one) => one.contentHash === definition.contentHash)
      .reduce((best, one) => (best.vettedAt > one.vettedAt ? best : one));
    const key = reviewers.find(({ id }) => id === statement.signedBy)?.publicKey;
    tally.take(
      { question: pair.question, answer: pair.answer, group: pair.group ?? null },
      {
        keys: key === undefined ? [] : [key],
        evidence: [
          `statement ${jsonHash(toJson(statement))}`,
          ...(round === undefined ? [] : [`item ${round.itemId}`]),
        ],
        licence: pair.source.licence,
        unsigned: false,
        demonstration: vetting.demonstration,
      },
    );
  }
  return tally.selection();
}

/** What the queue says of the latest round counts before what was signed earlier: doubt leaves a pair out at once. */
function reasonOf(status: string, round: LatestRound | undefined): LeftOut | null {
  if (round?.state === "disputed") return "disputed";
  if ((round?.state === "settled" && round.verdict !== "approve") || status === "withdrawn")
    return "rejected";
  if (status === "vetted") return null;
  return status === "expired" || status === "stale" ? status : "unvetted";
}

export interface FiledPair {
  readonly question: string | null;
  readonly answer: string | null;
  readonly group: string | null;
  /** As it stands in the provenance's field; null where it has none. */
  readonly verdict: string | null;
}

const ACCEPTED = /^(approved?|accept(ed)?|vetted)$/i;
const REJECTED = /^(reject(ed)?|withdrawn)$/i;
const DISPUTED = /^disputed$/i;

export async function selectFiledPairs(
  all: AsyncIterable<FiledPair>,
  provenance: ReadProvenance,
  today: string,
): Promise<PairSelection> {
  const tally = new Tally();
  const { expiresAt, verdictField, key, licence, demonstration } = provenance;
  const evidence = [`provenance ${provenance.id}`];
  const expired = expiresAt !== null && expiresAt < today;
  for await (const { question, answer, group, verdict } of all) {
    const reason = verdictField === null ? null : reasonOfVerdict(verdict ?? "");
    if (reason !== null) tally.leave(reason);
    else if (expired) tally.leave("expired");
    else if (question === null || question.trim() === "" || answer === null || answer.trim() === "")
      tally.leave("empty");
    else
      tally.take(
        { question, answer, group },
        { keys: key === null ? [] : [key], evidence, licence, unsigned: key === null, demonstration },
      );
  }
  return tally.selection();
}

function reasonOfVerdict(verdict: string): LeftOut | null {
  const said = verdict.trim();
  if (ACCEPTED.test(said)) return null;
  if (REJECTED.test(said)) return "rejected";
  return DISPUTED.test(said) ? "disputed" : "unvetted";
}

/** Several sources as one. */
export function joinSelections(selections: readonly PairSelection[]): PairSelection {
  const distinct = (of: (one: PairSelection) => readonly string[]) =>
    [...new Set(selections.flatMap(of))].sort();
  const sum = (of: (one: PairSelection) => number) => selections.reduce((total, one) => total + of(one), 0);
  return {
    pairs: selections.flatMap(({ pairs }) => pairs),
    leftOut: countsOf((reason) => sum(({ leftOut }) => leftOut[reason])),
    keys: distinct(({ keys }) => keys),
    evidence: distinct(({ evidence }) => evidence),
    licences: distinct(({ licences }) => licences),
    unsigned: sum(({ unsigned }) => unsigned),
    demonstration: sum(({ demonstration }) => demonstration),
  };
}

function countsOf(count: (reason: LeftOut) => number): Record<LeftOut, number> {
  return Object.fromEntries(LEFT_OUT.map((reason) => [reason, count(reason)])) as Record<LeftOut, number>;
}

interface Grounds {
  readonly keys: readonly string[];
  readonly evidence: readonly string[];
  readonly licence: string;
  readonly unsigned: boolean;
  readonly demonstration: boolean;
}

class Tally {
  private readonly pairs: VettedPair[] = [];
  private readonly leftOut = countsOf(() => 0);
  private readonly keys = new Set<string>();
  private readonly evidence = new Set<string>();
  private readonly licences = new Set<string>();
  private unsigned = 0;
  private demonstration = 0;

  leave(reason: LeftOut): void {
    this.leftOut[reason]++;
  }

  take(pair: VettedPair, { keys, evidence, licence, unsigned, demonstration }: Grounds): void {
    this.pairs.push(pair);
    for (const key of keys) this.keys.add(key);
    for (const one of evidence) this.evidence.add(one);
    this.licences.add(licence);
    if (unsigned) this.unsigned++;
    if (demonstration) this.demonstration++;
  }

  selection(): PairSelection {
    const { pairs, leftOut, unsigned, demonstration } = this;
    const [keys, evidence, licences] = [this.keys, this.evidence, this.licences].map((all) =>
      [...all].sort(),
    );
    return {
      pairs,
      leftOut,
      keys: keys ?? [],
      evidence: evidence ?? [],
      licences: licences ?? [],
      unsigned,
      demonstration,
    };
  }
}
