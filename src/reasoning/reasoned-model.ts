/**
 * The model as reasoning asks it: many records, many conditions, one pass. Conditions that it was trained for are read by
 * the onset head and the trees beside it, any other set of events by the query head.
 * Invariant: nothing is simulated here, so that two records are compared without noise.
 */
import { LongitudeError } from "../errors/longitude-error.ts";
import { FORECAST_OUTCOMES, FORECAST_QUESTION } from "../errors/registry.ts";
import { deathHazards, riskWithin } from "../forecast/direct-reading.ts";
import { OnsetReader, type OnsetReading, type OnsetRequest } from "../forecast/onset-reader.ts";
import type { OutcomeQuery } from "../forecast/outcome-query.ts";
import { QueryReader } from "../forecast/query-reader.ts";
import type { Timeline } from "../timeline/patient-event.ts";
import { encodePatient } from "../tokens/encoded-patient.ts";
import { type EventMatcher, outcomeTokens } from "../tokens/outcome-tokens.ts";
import type { Checkpoint } from "../training/checkpoint.ts";
import type { CohortDefinition, OutcomeDefinition } from "../vetting/outcome-definition.ts";
import { buildHistory, eventsBefore, type PatientHistory } from "../vetting/patient-history.ts";

/** A condition whose risk is asked. */
export interface Condition {
  readonly name: string;
  readonly title: string;
  readonly matches: EventMatcher;
  /** Place among the outcomes that the model was trained for; null for any other set of events. */
  readonly trained: number | null;
}

const READ_AT_ONCE = 512;

export interface ModelFolders {
  /** Content address of the model. */
  readonly version: string;
  readonly model: string;
  /** Folder of the query head; null where the site has none. */
  readonly queries: string | null;
}

export class ReasonedModel {
  private constructor(
    readonly version: string,
    readonly cohort: CohortDefinition,
    readonly outcomes: readonly OutcomeDefinition[],
    private readonly reader: OnsetReader,
    private readonly queries: QueryReader | null,
    private readonly indexDay: number | null = null,
  ) {}

  /**
   * Over a model that somebody else opened, and closes.
   * @param indexDay of a record without one: in care the prediction time is the index
   */
  static over(
    version: string,
    {
      cohort,
      outcomes,
      reader,
    }: Pick<ReasonedModel, "cohort" | "outcomes"> & { readonly reader: OnsetReader },
    indexDay: number,
  ): ReasonedModel {
    return new ReasonedModel(version, cohort, outcomes, reader, null, indexDay);
  }

  /** @throws FORECAST_OUTCOMES when the model was trained for other outcomes */
  static async open(
    folders: ModelFolders,
    cohort: CohortDefinition,
    outcomes: readonly OutcomeDefinition[],
    threads: number,
  ): Promise<ReasonedModel> {
    const reader = await OnsetReader.open(folders.model, threads);
    const trained = reader.checkpoint.description.outcomes.map(({ name }) => name).join();
    if (trained !== outcomes.map(({ name }) => name).join()) {
      await reader.close();
      throw new LongitudeError(
        FORECAST_OUTCOMES,
        "the model was trained for other outcomes than the site lists",
      );
    }
    const { queries } = folders;
    const head = queries === null ? null : QueryReader.open(queries, reader.checkpoint, threads);
    return new ReasonedModel(folders.version, cohort, outcomes, reader, head);
  }

  get checkpoint(): Checkpoint {
    return this.reader.checkpoint;
  }

  get hasQueryHead(): boolean {
    return this.queries !== null;
  }

  /** The outcomes of the site as conditions. */
  get trainedConditions(): Condition[] {
    return this.outcomes.map(({ name, title, matches }, trained) => ({ name, title, matches, trained }));
  }

  historyOf(timeline: Timeline): PatientHistory {
    const history = buildHistory(timeline, this.cohort, this.outcomes);
    return { ...history, indexDay: history.indexDay ?? this.indexDay };
  }

  request(history: PatientHistory, day: number): OnsetRequest {
    return { history, day, patient: encodePatient(history, this.checkpoint.vocabulary) };
  }

  queryOf({ name, matches }: Condition): OutcomeQuery {
    return { name, ...outcomeTokens(matches, this.checkpoint.vocabulary) };
  }

  /** Whether the record held the condition at `day`, so that it cannot be found for the first time. */
  isKnown(history: PatientHistory, { trained, matches }: Condition, day: number): boolean {
    if (trained === null) return eventsBefore(history, day).some(({ code, value }) => matches(code, value));
    const washout = this.outcomes[trained]?.washoutDays ?? Number.POSITIVE_INFINITY;
    return (history.outcomeDays[trained] ?? []).some((onset) => onset <= day && onset > day - washout);
  }

  /**
   * Risk of each condition within `horizonDays`, death competing.
   * @returns [request][condition]
   * @throws FORECAST_QUESTION for a condition that neither head can read
   */
  async risks(
    requests: readonly OnsetRequest[],
    conditions: readonly Condition[],
    horizonDays: number,
  ): Promise<Float64Array[]> {
    const asked = conditions.flatMap((condition, place) =>
      condition.trained === null ? [{ place, query: this.readable(condition) }] : [],
    );
    const results: Float64Array[] = [];
    for (let from = 0; from < requests.length; from += READ_AT_ONCE) {
      const part = requests.slice(from, from + READ_AT_ONCE);
      const readings = await this.reader.read(part);
      const others = asked.length === 0 ? [] : await this.byQuery(part, readings, asked, horizonDays);
      for (const [i, { hazards }] of readings.entries()) {
        const risks = Float64Array.from(conditions, ({ trained }) =>
          trained === null ? Number.NaN : riskWithin(hazards, this.checkpoint, trained, horizonDays),
        );
        for (const [q, { place }] of asked.entries()) risks[place] = others[i]?.[q] as number;
        results.push(risks);
      }
    }
    return results;
  }

  async close(): Promise<void> {
    await this.queries?.close();
    await this.reader.close();
  }

  private byQuery(
    requests: readonly OnsetRequest[],
    readings: readonly OnsetReading[],
    asked: readonly { readonly query: OutcomeQuery }[],
    horizonDays: number,
  ): Promise<Float64Array[]> {
    const deaths = readings.flatMap(({ hazards }) => deathHazards(hazards, this.checkpoint) ?? []);
    return (this.queries as QueryReader).risks(
      requests,
      asked.map(({ query }) => query),
      horizonDays,
      ...(deaths.length === requests.length ? [deaths] : []),
    );
  }

  private readable(condition: Condition): OutcomeQuery {
    if (this.queries === null)
      throw new LongitudeError(FORECAST_QUESTION, "the model has no query head for a set of codes");
    const query = this.queryOf(condition);
    if (query.tokens.length === 0)
      throw new LongitudeError(
        FORECAST_QUESTION,
        "no token of the model's vocabulary is in this set of events",
      );
    return query;
  }
}
