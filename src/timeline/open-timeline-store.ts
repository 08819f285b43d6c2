/**
 * The record store on DuckDB and Parquet: reads any MEDS 0.3 or 0.4 dataset, with or without the extension columns.
 * Invariant: persons come in ascending `subject_id`, each exactly once; memory does not grow with the store.
 */
import { join } from "node:path";
import { LongitudeError } from "../errors/longitude-error.ts";
import {
  MEDS_COLUMN,
  MEDS_SPLITS_MISSING,
  MEDS_SPLITS_VALUE,
  MEDS_SUBJECT_SPLIT,
} from "../errors/registry.ts";
import { datasetContentHash } from "./content-hash.ts";
import { Database } from "./database.ts";
import {
  CODES_PARQUET,
  type DatasetLayout,
  GROUPS_PARQUET,
  readDatasetLayout,
  SPLITS_PARQUET,
} from "./dataset-layout.ts";
import { holdState } from "./dataset-state.ts";
import type { Split, SubjectKey, Timeline } from "./patient-event.ts";
import {
  createNames,
  eventSelectList,
  type Names,
  parquetColumns,
  parquetSource,
  readTimelines,
  type TimelinePart,
  unreadable,
} from "./shard-events.ts";
import { planShards, type ShardPlan } from "./shard-plan.ts";
import type { CodeMetadata, TimelineStore, TimelinesOptions } from "./timeline-store.ts";

export interface OpenOptions {
  /** Memory that DuckDB may use, megabytes. */
  readonly memoryMb?: number;
  /** Where DuckDB spills; only a foreign dataset whose shards have to be sorted needs it. */
  readonly spillDir?: string;
}

export async function openTimelineStore(
  dir: string,
  options: OpenOptions = {},
): Promise<DuckDbTimelineStore> {
  const state = await holdState(dir);
  try {
    const layout = await readDatasetLayout(state.folder);
    const database = await Database.open(options);
    return new DuckDbTimelineStore(layout, database, state.release);
  } catch (error) {
    state.release();
    throw error;
  }
}

export class DuckDbTimelineStore implements TimelineStore {
  #prepared: Promise<{ chains: ShardPlan["chains"]; names: Names }> | undefined;
  #asked = 0;
  #splits: Promise<ReadonlyMap<SubjectKey, Split>> | undefined;

  constructor(
    readonly layout: DatasetLayout,
    private readonly database: Database,
    private readonly release: () => void,
  ) {}

  async *timelines(options: TimelinesOptions = {}): AsyncGenerator<Timeline> {
    const texts = options.texts ?? true;
    const wanted = options.splits === undefined ? null : new Set(options.splits);
    const splits = wanted === null ? null : await this.splits();
    this.#prepared ??= this.#prepare();
    const { chains, names } = await this.#prepared;
    const streams =
      chains === null
        ? [this.#sorted(names, texts)]
        : chains.map((chain) => this.#chain(chain, names, texts));
    for await (const part of mergeBySubject(streams)) {
      if (wanted !== null) {
        const split = splits!.get(part.subjectId);
        if (split === undefined || !wanted.has(split)) continue;
      }
      yield { subjectId: part.subjectId, events: part.events };
    }
  }

  async timeline(
    subjectId: SubjectKey,
    { texts = true }: Pick<TimelinesOptions, "texts"> = {},
  ): Promise<Timeline | null> {
    const relation = await this.#allEvents(", file_row_number = true", ", file_row_number");
    const own = `one_${this.#asked++}`;
    await this.database.run(
      `CREATE TABLE ${own} AS SELECT * FROM ${relation} WHERE subject_id = ${Number(subjectId)}`,
    );
    const connection = await this.database.connect();
    try {
      const names = await createNames(this.database, own, `_${own}`);
      const parts: TimelinePart[] = [];
      const rows = `${own} ORDER BY file, file_row_number`;
      for await (const part of readTimelines(connection, rows, names, texts)) parts.push(part);
      if (parts.length > 1)
        throw new LongitudeError(MEDS_SUBJECT_SPLIT, "a subject's events are in two shards");
      return parts[0] === undefined ? null : { subjectId, events: parts[0].events };
    } finally {
      connection.closeSync();
      await this.database.run(`DROP TABLE ${own}`);
    }
  }

  async splits(): Promise<ReadonlyMap<SubjectKey, Split>> {
    this.#splits ??= this.#readSplits();
    return this.#splits;
  }

  /** Group key of each person who shares one; the persons of a group are always in one split. */
  async groups(): Promise<ReadonlyMap<SubjectKey, string>> {
    if (!this.layout.hasGroups) return new Map();
    const rows = await this.#metadataRows(GROUPS_PARQUET, "subject_id, group_key");
    return new Map(rows.map((row) => [subjectKey(row.subject_id), String(row.group_key)]));
  }

  async codes(): Promise<readonly CodeMetadata[]> {
    if (!this.layout.hasCodes) return [];
    const present = await parquetColumns(this.database, join(this.layout.dir, CODES_PARQUET));
    const description = present.has("description") ? "description" : "NULL";
    const parents = present.has("parent_codes")
      ? "list_aggregate(parent_codes, 'string_agg', chr(10))"
      : "NULL";
    const rows = await this.#metadataRows(
      CODES_PARQUET,
      `code, ${description} AS description, ${parents} AS parents`,
      "ORDER BY code",
    );
    return rows.map((row) => ({
      code: String(row.code),
      description: row.description === null ? null : String(row.description),
      parentCodes: row.parents === null || row.parents === "" ? [] : String(row.parents).split("\n"),
    }));
  }

  contentHash(): Promise<string> {
    return datasetContentHash(this.layout);
  }

  close(): void {
    this.database.close();
    this.release();
  }

  /** One chain: its files one after the other. */
  async *#chain(files: readonly string[], names: Names, texts: boolean): AsyncGenerator<TimelinePart> {
    const connection = await this.database.connect();
    try {
      for (const file of files) {
        const columns = eventSelectList(await parquetColumns(this.database, file), file);
        yield* readTimelines(
          connection,
          `(SELECT ${columns}, 0 AS file FROM ${parquetSource([file])})`,
          names,
          texts,
        );
      }
    } finally {
      connection.closeSync();
    }
  }

  /** All shards, sorted by DuckDB; the order inside a person stays that of the file. */
  async *#sorted(names: Names, texts: boolean): AsyncGenerator<TimelinePart> {
    const relation = await this.#allEvents(", file_row_number = true", ", file_row_number");
    const connection = await this.database.connect();
    try {
      yield* readTimelines(
        connection,
        `${relation} ORDER BY subject_id, file, file_row_number`,
        names,
        texts,
      );
    } finally {
      connection.closeSync();
    }
  }

  /** Every shard as one relation with the event columns and `file`. */
  async #allEvents(option = "", column = ""): Promise<string> {
    const files = this.layout.shards.map((shard) => join(this.layout.dir, shard));
    const selects: string[] = [];
    for (const [position, file] of files.entries()) {
      const columns = eventSelectList(await parquetColumns(this.database, file), file);
      selects.push(`SELECT ${columns}, ${position} AS file${column} FROM ${parquetSource([file], option)}`);
    }
    return `(${selects.join(" UNION ALL ")})`;
  }

  async #prepare(): Promise<{ chains: ShardPlan["chains"]; names: Names }> {
    const { chains } = await planShards(this.database, this.layout);
    return { chains, names: await createNames(this.database, await this.#allEvents()) };
  }

  async #readSplits(): Promise<ReadonlyMap<SubjectKey, Split>> {
    if (!this.layout.hasSplits) {
      throw new LongitudeError(MEDS_SPLITS_MISSING, `${this.layout.dir} has no ${SPLITS_PARQUET}`);
    }
    const rows = await this.#metadataRows(SPLITS_PARQUET, "subject_id, split");
    const splits = new Map<SubjectKey, Split>();
    let unknown = 0;
    for (const row of rows) {
      const split = String(row.split);
      if (isSplit(split)) splits.set(subjectKey(row.subject_id), split);
      else unknown += 1;
    }
    if (unknown > 0) {
      throw new LongitudeError(
        MEDS_SPLITS_VALUE,
        `${unknown} of ${rows.length} rows of ${SPLITS_PARQUET} name a split other than train, tuning, held_out`,
      );
    }
    return splits;
  }

  async #metadataRows(path: string, columns: string, tail = ""): Promise<Record<string, unknown>[]> {
    const file = join(this.layout.dir, path);
    try {
      return await this.database.rows(`SELECT ${columns} FROM ${parquetSource([file])} ${tail}`);
    } catch (cause) {
      if (cause instanceof Error && /binder error/i.test(cause.message)) {
        throw new LongitudeError(MEDS_COLUMN, `${path} lacks a required column (${columns})`, { cause });
      }
      throw unreadable(file, cause);
    }
  }
}

/** Merges streams that are each ascending in `subjectId`; a person in two files is an error. */
async function* mergeBySubject(
  streams: readonly AsyncGenerator<TimelinePart>[],
): AsyncGenerator<TimelinePart> {
  const heads = await Promise.all(streams.map(async (stream) => (await stream.next()).value ?? null));
  let previous = Number.NEGATIVE_INFINITY;
  try {
    for (;;) {
      let least = -1;
      for (const [i, head] of heads.entries()) {
        if (head !== null && (least < 0 || head.subjectId < heads[least]!.subjectId)) least = i;
      }
      if (least < 0) return;
      const next = heads[least]!;
      if (next.subjectId <= previous) {
        throw new LongitudeError(MEDS_SUBJECT_SPLIT, "a subject's events are in two shards");
      }
      previous = next.subjectId;
      yield next;
      heads[least] = (await streams[least]!.next()).value ?? null;
    }
  } finally {
    await Promise.all(streams.map((stream) => stream.return(undefined)));
  }
}

function isSplit(text: string): text is Split {
  return text === "train" || text === "tuning" || text === "held_out";
}

function subjectKey(value: unknown): SubjectKey {
  return Number(value) as SubjectKey;
}
