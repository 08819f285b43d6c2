/**
 * The columns of a shard: those of MEDS 0.4 and Longitude's declared extensions, with their types on disk.
 * A shard may lack the optional ones; reading then gives null.
 */
export interface EventColumn {
  readonly name: string;
  readonly sqlType: "BIGINT" | "TIMESTAMP" | "VARCHAR" | "FLOAT";
  /** MEDS requires it. */
  readonly required: boolean;
  /** Declared in `dataset.json` as `other_extension_columns`. */
  readonly extension: boolean;
}

export const EVENT_COLUMNS = [
  { name: "subject_id", sqlType: "BIGINT", required: true, extension: false },
  { name: "time", sqlType: "TIMESTAMP", required: true, extension: false },
  { name: "code", sqlType: "VARCHAR", required: true, extension: false },
  { name: "numeric_value", sqlType: "FLOAT", required: false, extension: false },
  { name: "text_value", sqlType: "VARCHAR", required: false, extension: false },
  { name: "unit", sqlType: "VARCHAR", required: false, extension: true },
  { name: "available_time", sqlType: "TIMESTAMP", required: false, extension: true },
  { name: "encounter_id", sqlType: "VARCHAR", required: false, extension: true },
  { name: "source", sqlType: "VARCHAR", required: false, extension: true },
] as const satisfies readonly EventColumn[];

export const EXTENSION_COLUMNS = EVENT_COLUMNS.filter((column) => column.extension).map(
  (column) => column.name,
);

/** An event's place among the others of its person: birth first and death last within one instant, then by code. */
export const CANONICAL_ORDER = [
  "time NULLS FIRST",
  "CASE code WHEN 'MEDS_BIRTH' THEN 0 WHEN 'MEDS_DEATH' THEN 2 ELSE 1 END",
  "code",
  "numeric_value NULLS FIRST",
  "text_value NULLS FIRST",
  "unit NULLS FIRST",
  "available_time NULLS FIRST",
  "encounter_id NULLS FIRST",
  "source NULLS FIRST",
].join(", ");

/**
 * The columns above as a serialised Arrow schema (base64), stored in each shard under the key `ARROW:schema`: Parquet
 * has one kind of string, and MEDS wants `text_value` to be read as `large_string`. Made with pyarrow:
 * `base64.b64encode(pyarrow.schema([("subject_id", pyarrow.int64()), …]).serialize())`.
 */
export const ARROW_SCHEMA = [
  "/////xACAAAQAAAAAAAKAAwABgAFAAgACgAAAAABBAAMAAAACAAIAAAABAAIAAAABAAAAAkAAACkAQAAYAEAADABAAD4AAAA",
  "yAAAAJwAAABkAAAAMAAAAAQAAACQ/v//AAABBRAAAAAYAAAABAAAAAAAAAAGAAAAc291cmNlAADs/v//uP7//wAAAQUQAAAA",
  "IAAAAAQAAAAAAAAADAAAAGVuY291bnRlcl9pZAAAAAAc////6P7//wAAAQoQAAAAIAAAAAQAAAAAAAAADgAAAGF2YWlsYWJs",
  "ZV90aW1lAAAi////AAACABz///8AAAEFEAAAABgAAAAEAAAAAAAAAAQAAAB1bml0AAAAAHj///9E////AAABFBAAAAAcAAAA",
  "BAAAAAAAAAAKAAAAdGV4dF92YWx1ZQAApP///3D///8AAAEDEAAAACAAAAAEAAAAAAAAAA0AAABudW1lcmljX3ZhbHVlAAAA",
  "qv///wAAAQCk////AAABBRAAAAAcAAAABAAAAAAAAAAEAAAAY29kZQAAAAAEAAQABAAAAND///8AAAEKEAAAABwAAAAEAAAA",
  "AAAAAAQAAAB0aW1lAAAGAAgABgAGAAAAAAACABAAFAAIAAYABwAMAAAAEAAQAAAAAAABAhAAAAAkAAAABAAAAAAAAAAKAAAA",
  "c3ViamVjdF9pZAAACAAMAAgABwAIAAAAAAAAAUAAAAA=",
].join("");
