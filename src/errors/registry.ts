/**
 * All errors that Longitude raises on purpose. A code is never reused.
 * `docs/reference/errors.md` has a section for each code; a test compares the two.
 */
export interface ErrorDefinition {
  /** Stable, for people and programs, e.g. "INGEST_REJECT_LIMIT". */
  readonly code: string;
  /** What to do about it. */
  readonly remedy: string;
  readonly httpStatus: number;
  /** Process exit code: 2 wrong usage or configuration, 3 bad input data, 4 a stored artefact is unusable, 5 the machine (disk, memory), 6 training went wrong. */
  readonly exitCode: 2 | 3 | 4 | 5 | 6;
}

const registered = new Map<string, ErrorDefinition>();

function define(
  code: string,
  exitCode: ErrorDefinition["exitCode"],
  httpStatus: number,
  remedy: string,
): ErrorDefinition {
  if (registered.has(code)) throw new TypeError(`error code ${code} is defined twice`);
  const definition = { code, remedy, httpStatus, exitCode };
  registered.set(code, definition);
  return definition;
}

/** Every definition, in the order of declaration. */
export function errorDefinitions(): readonly ErrorDefinition[] {
  return [...registered.values()];
}

// Configuration and usage
export const CONFIG_INVALID = define(
  "CONFIG_INVALID",
  2,
  400,
  "Correct the named key in longitude.yaml; docs/reference/configuration.md lists every key with its type.",
);

// Artefacts and the site's folder
export const ARTEFACT_MISSING = define(
  "ARTEFACT_MISSING",
  4,
  404,
  "Run `longitude build --site DIR`; it makes what is missing.",
);
export const ARTEFACT_KIND_MISMATCH = define(
  "ARTEFACT_KIND_MISMATCH",
  4,
  409,
  "Name the folder of the right kind; the first part of an artefact's folder name is its kind.",
);
export const ARTEFACT_SCHEMA_UNKNOWN = define(
  "ARTEFACT_SCHEMA_UNKNOWN",
  4,
  409,
  "It was made by another version of Longitude: use that version, or delete the folder and run `longitude build`.",
);
export const ARTEFACT_DAMAGED = define(
  "ARTEFACT_DAMAGED",
  4,
  409,
  "Delete the named folder and run `longitude build`; everything else is reused.",
);
export const SITE_LOCKED = define(
  "SITE_LOCKED",
  5,
  423,
  "Wait until the other build of this site has ended. A lock whose process is dead is taken over by itself.",
);
export const DISK_FULL = define(
  "DISK_FULL",
  5,
  507,
  "Free space on the disk of the site's folder and run the same command again; finished stages are reused.",
);

// Reading a MEDS dataset
export const MEDS_LAYOUT = define(
  "MEDS_LAYOUT",
  3,
  422,
  "Name the dataset's root: the folder that holds data/ and metadata/.",
);
export const MEDS_METADATA = define(
  "MEDS_METADATA",
  3,
  422,
  "Correct metadata/dataset.json; docs/reference/records.md lists its keys.",
);
export const MEDS_COLUMN = define(
  "MEDS_COLUMN",
  3,
  422,
  "Write the shards with subject_id, time and code, and the metadata with MEDS's column names.",
);
export const MEDS_SUBJECT_ID = define(
  "MEDS_SUBJECT_ID",
  3,
  422,
  "Give every row a subject_id, an integer below 2^53.",
);
export const MEDS_SUBJECT_SPLIT = define(
  "MEDS_SUBJECT_SPLIT",
  3,
  422,
  "Write each subject into one shard, all rows together; `longitude ingest` does not guess which shard is right.",
);
export const MEDS_SPLITS_MISSING = define(
  "MEDS_SPLITS_MISSING",
  3,
  422,
  "Run `longitude ingest` on the dataset: it assigns the splits.",
);
export const MEDS_SPLITS_VALUE = define(
  "MEDS_SPLITS_VALUE",
  3,
  422,
  "Use train, tuning and held_out only in metadata/subject_splits.parquet.",
);
export const PARQUET_UNREADABLE = define(
  "PARQUET_UNREADABLE",
  3,
  422,
  "Copy the file again from its source: it is truncated, damaged or not Parquet.",
);

// The command line
export const USAGE_INVALID = define(
  "USAGE_INVALID",
  2,
  400,
  "Run the verb with --help; docs/reference/cli.md lists every option.",
);
export const SITE_MISSING = define(
  "SITE_MISSING",
  2,
  404,
  "Name the folder that holds longitude.yaml with --site; `npm run demo` makes one to start from.",
);

// Tokens and checkpoints
export const TENSOR_FILE_INVALID = define(
  "TENSOR_FILE_INVALID",
  4,
  500,
  "The file is truncated or was made by another version: run `longitude build` again, or restore the folder from a copy.",
);
export const TENSOR_FILE_UNWRITABLE = define(
  "TENSOR_FILE_UNWRITABLE",
  5,
  507,
  "Free space on the disk (or choose another folder) and run the command again: what was there before is kept.",
);
export const VOCABULARY_INVALID = define(
  "VOCABULARY_INVALID",
  4,
  500,
  "Use the vocabulary that was made with this checkpoint, or run `longitude tokenize` again.",
);
export const TOKENS_NO_TRAINING_PERSONS = define(
  "TOKENS_NO_TRAINING_PERSONS",
  3,
  422,
  "Check `splits:` in longitude.yaml and the import's tally: at least one person must be in the training split.",
);

// Reading an export
export const INPUT_UNREADABLE = define(
  "INPUT_UNREADABLE",
  3,
  422,
  "Check the path and that this user may read it.",
);
export const INPUT_GZIP = define(
  "INPUT_GZIP",
  3,
  422,
  "Copy or export the file again: it ends before its compressed content does, or is damaged.",
);
export const OUTPUT_EXISTS = define(
  "OUTPUT_EXISTS",
  2,
  409,
  "Name a new folder with --out, or pass --overwrite to replace this one.",
);
export const EXAMPLE_DATA = define(
  "EXAMPLE_DATA",
  5,
  500,
  "Restore examples/olmsted from the repository (git checkout -- examples/olmsted).",
);

export const CHECKPOINT_INVALID = define(
  "CHECKPOINT_INVALID",
  4,
  500,
  "The checkpoint is incomplete or damaged: restore it from a copy, or run `longitude train` again.",
);
export const CHECKPOINT_SCHEMA = define(
  "CHECKPOINT_SCHEMA",
  4,
  500,
  "Use the version of Longitude that wrote the checkpoint, or train again with this one.",
);
export const TRAINING_STATE_MISMATCH = define(
  "TRAINING_STATE_MISMATCH",
  4,
  409,
  "Delete the named work folder to start the run afresh, or go back to the configuration that it was started with.",
);
export const TRAINING_DIVERGED = define(
  "TRAINING_DIVERGED",
  6,
  500,
  "Lower `training.learningRate` (a third of the printed value is a good next try) or raise `training.warmupShare`; the last good state is kept.",
);

// Evidence
export const EVALUATION_TOO_FEW_EVENTS = define(
  "EVALUATION_TOO_FEW_EVENTS",
  3,
  422,
  "Bring more persons or a longer follow-up, widen the outcome's event set, or ask at another horizon; the task is left unjudged until then.",
);
export const EVALUATION_ONE_CLASS = define(
  "EVALUATION_ONE_CLASS",
  3,
  422,
  "Check the outcome's codes and its population against the code counts of the ingest report: everybody, or nobody, has the outcome by the horizon.",
);
export const EVALUATION_RISKS_MISSING = define(
  "EVALUATION_RISKS_MISSING",
  3,
  422,
  "Forecast every eligible person with the model named, at the landmark named, before evaluating.",
);
export const EVALUATION_RISK_INVALID = define(
  "EVALUATION_RISK_INVALID",
  3,
  422,
  "Forecast again: a risk is a probability between 0 and 1, one row per person, outcome and landmark.",
);
