/**
 * Knows the stage of the release and of each outcome in each unit, as the state has it, and lowers it at once.
 * Invariant: a setting only lowers; what was lowered stays lowered through restarts until a signed statement about it is newer.
 */
import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import type { Effects } from "../../effects/effects.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { STAGE_REFUSED } from "../../errors/registry.ts";
import { appendAudit } from "../../state/audit/audit-log.ts";
import type { State, StateTransaction } from "../../state/open-state.ts";
import { isoTime } from "../../state/value-parsers.ts";
import type { ServedTask } from "../answers/served-model.ts";
import type { ServingTables } from "../answers/serving-tables.ts";
import {
  effectiveStage,
  isLower,
  isShown,
  type ReleaseStage,
  SERVED_STAGES,
  type ServedStage,
  type StageSetting,
  stageOfScope,
} from "./effective-stage.ts";

/** Reads what the registry says of the release now. */
export type ReadReleaseStage = (tx: StateTransaction) => Promise<ReleaseStage>;

export interface StageChange {
  readonly outcome: string | null;
  readonly unit: string | null;
  readonly stage: ServedStage;
  readonly by: string;
  readonly reason: string;
}

const FRESH_MS = 5000;

/** Held until the writer's transaction ends. */
const STAGE_LOCK = 7_241_003;

export class StageKeeper {
  #known: { readonly at: number; readonly release: ReleaseStage; readonly settings: StageSetting[] } | null =
    null;

  constructor(
    private readonly releaseId: string,
    private readonly readRelease: ReadReleaseStage,
    private readonly state: State,
    private readonly effects: Effects,
  ) {}

  /** As the state has it, at most a few seconds old: other processes change it too. */
  async current(): Promise<{ release: ReleaseStage; settings: readonly StageSetting[] }> {
    const now = this.effects.now();
    if (this.#known === null || now - this.#known.at > FRESH_MS) {
      this.#known = await this.state.transaction(async (tx) => ({
        at: now,
        release: await this.readRelease(tx),
        settings: await this.#settings(tx),
      }));
    }
    return this.#known;
  }

  /** Lowers; whoever wants it higher signs a statement. @throws LongitudeError STAGE_REFUSED where it would raise */
  async set(change: StageChange): Promise<void> {
    await this.#changed(async (tx) => {
      const [release, settings] = [await this.readRelease(tx), await this.#settings(tx)];
      const current = stageOfScope(release, change, settings);
      if (isLower(current, change.stage))
        throw new LongitudeError(STAGE_REFUSED, `it is ${current}, and a call only lowers`);
      await this.#write(tx, change, release);
    });
  }

  /**
   * Puts back to silent what is shown in a unit.
   * @param tasks of the outcomes that it is about
   * @returns the outcomes that were shown and are no longer
   */
  async returnToSilent(
    tasks: readonly Pick<ServedTask, "verdict" | "outcome">[],
    unit: string,
    reason: string,
  ): Promise<readonly string[]> {
    return this.#changed(async (tx) => {
      const [release, settings] = [await this.readRelease(tx), await this.#settings(tx)];
      if (release.sandbox) return [];
      const shown = tasks.filter((task) => isShown(effectiveStage(release, task, unit, settings)));
      const outcomes = [...new Set(shown.map(({ outcome }) => outcome.name))];
      for (const outcome of outcomes)
        await this.#write(tx, { outcome, unit, stage: "silent", by: "system", reason }, release);
      return outcomes;
    });
  }

  /** Changes are made one after the other, each judged by all that were made before it. */
  async #changed<T>(work: (tx: StateTransaction) => Promise<T>): Promise<T> {
    const result = await this.state.transaction(async (tx) => {
      await sql`select pg_advisory_xact_lock(${sql.lit(STAGE_LOCK)})`.execute(tx);
      return work(tx);
    });
    this.#known = null;
    return result;
  }

  /** A clock that stands before the last signed statement must not make a lowering older than it. */
  async #write(tx: StateTransaction, change: StageChange, { stated }: ReleaseStage): Promise<void> {
    const now = this.effects.now();
    const at = isoTime(Math.max(now, ...stated.map((one) => Date.parse(one.at))));
    await tx
      .withTables<ServingTables>()
      .insertInto("serving_stage")
      .values({
        id: randomUUID(),
        at,
        release: this.releaseId,
        outcome: change.outcome ?? "*",
        unit: change.unit ?? "*",
        stage: change.stage,
        by_whom: change.by,
        reason: change.reason,
      })
      .execute();
    await appendAudit(
      tx,
      {
        actor: change.by,
        action: "serving.stage",
        object: `${this.releaseId}:${change.stage}`,
        patientKey: null,
        reason: change.reason,
        outcome: "done",
      },
      now,
    );
  }

  async #settings(tx: StateTransaction): Promise<StageSetting[]> {
    const rows = await tx
      .withTables<ServingTables>()
      .selectFrom("serving_stage")
      .select(["at", "outcome", "unit", "stage"])
      .where("release", "=", this.releaseId)
      .execute();
    return rows.map(({ at, outcome, unit, stage }) => ({
      at: new Date(at).toISOString(),
      outcome: outcome === "*" ? null : outcome,
      unit: unit === "*" ? null : unit,
      stage: SERVED_STAGES.find((known) => known === stage) ?? "withheld",
    }));
  }
}
