/**
 * The columns that a model is trained on, in large batches of plain numbers and without an object for each event: for
 * whoever reads everything. Persons come whole and in ascending order within a shard; a person may go on in the next batch.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import duckdb from "@duckdb/node-bindings";

export interface EventBatch {
  readonly rows: number;
  readonly subjectId: Float64Array;
  /** ms since 1970-01-01; NaN = static. */
  readonly time: Float64Array;
  /** Position of the code in the list that was asked with. */
  readonly code: Float64Array;
  /** NaN = none. */
  readonly numericValue: Float64Array;
  /** ms; NaN = at `time`. */
  readonly availableTime: Float64Array;
}

const COLUMNS = ["subjectId", "time", "code", "numericValue", "availableTime"] as const;
const BATCH_ROWS = 1 << 16;

/** @param relation with the event columns, its codes known to the type `code_name` */
export async function* readEventBatches(
  connection: DuckDBConnection,
  relation: string,
): AsyncGenerator<EventBatch> {
  const orNaN = (value: string): string => `coalesce(${value}, 'NaN'::DOUBLE)`;
  const result = await connection.stream(`
    SELECT CAST(subject_id AS DOUBLE), ${orNaN("epoch_us(time) / 1000.0")},
           CAST(enum_code(CAST(code AS code_name)) AS DOUBLE), ${orNaN("CAST(numeric_value AS DOUBLE)")},
           ${orNaN("epoch_us(available_time) / 1000.0")}
    FROM ${relation}`);
  let batch = emptyBatch();
  for (let chunk = await result.fetchChunk(); chunk !== null; chunk = await result.fetchChunk()) {
    const { rowCount } = chunk;
    if (rowCount === 0) break;
    if (batch.rows + rowCount > BATCH_ROWS) {
      yield cut(batch);
      batch = emptyBatch();
    }
    for (const [index, name] of COLUMNS.entries()) {
      // The vector's own memory: all columns are doubles without nulls.
      const vector = duckdb.data_chunk_get_vector(chunk.chunk, index);
      const { buffer, byteOffset } = duckdb.vector_get_data(
        vector,
        rowCount * Float64Array.BYTES_PER_ELEMENT,
      );
      batch[name].set(new Float64Array(buffer, byteOffset, rowCount), batch.rows);
    }
    batch.rows += rowCount;
  }
  if (batch.rows > 0) yield cut(batch);
}

function emptyBatch(): { rows: number } & Record<(typeof COLUMNS)[number], Float64Array> {
  const column = (): Float64Array => new Float64Array(BATCH_ROWS);
  return {
    rows: 0,
    subjectId: column(),
    time: column(),
    code: column(),
    numericValue: column(),
    availableTime: column(),
  };
}

function cut(batch: ReturnType<typeof emptyBatch>): EventBatch {
  const { rows } = batch;
  const part = (name: (typeof COLUMNS)[number]): Float64Array => batch[name].subarray(0, rows);
  return {
    rows,
    subjectId: part("subjectId"),
    time: part("time"),
    code: part("code"),
    numericValue: part("numericValue"),
    availableTime: part("availableTime"),
  };
}
