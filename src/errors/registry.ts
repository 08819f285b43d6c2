/**
 * All errors that Longitude raises on purpose. A code is never reused.
 * `docs/reference/errors.md` has a section for each code; a test compares the two.
 * A folder with many codes of its own keeps them in `<folder>-errors.ts` beside this file, exported again from here.
 */
import { define } from "./define.ts";

export { type ErrorDefinition, errorDefinitions } from "./define.ts";
export * from "./export-errors.ts";
export * from "./governance-errors.ts";
export * from "./mapping-errors.ts";
export * from "./privacy-errors.ts";
export * from "./quality-errors.ts";
export * from "./reasoning-errors.ts";
export * from "./state-errors.ts";
export * from "./store-errors.ts";
export * from "./terminology-errors.ts";
export * from "./vetting-errors.ts";

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
export const INPUT_COMPRESSION = define(
  "INPUT_COMPRESSION",
  3,
  422,
  "Decompress the file and look at it: records do not shrink that much. If it is sound, give it uncompressed.",
);
export const INPUT_LINE_LENGTH = define(
  "INPUT_LINE_LENGTH",
  3,
  422,
  "Export NDJSON with one resource a line (Bulk Data) instead of one document of everything.",
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
export const TRAINING_WORKER_DIED = define(
  "TRAINING_WORKER_DIED",
  6,
  500,
  "Start the same command again: the run goes on from its last state. If it ends again, free memory or lower `training.batchTokens` or `training.threads`.",
);
export const TRAINING_DATA_CHANGED = define(
  "TRAINING_DATA_CHANGED",
  4,
  409,
  "Put the named files back as they were when the run began, or delete the named work folder to start afresh with the new ones.",
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

// Ingest: what stops a run
export const INGEST_OPTIONS = define(
  "INGEST_OPTIONS",
  2,
  400,
  "Correct the named option; `longitude ingest --help` lists them.",
);
export const INGEST_REJECT_LIMIT = define(
  "INGEST_REJECT_LIMIT",
  3,
  422,
  "Correct the export, or raise --reject-limit when these rejections are acceptable. Nothing has been written.",
);
export const INGEST_NO_SUBJECTS = define(
  "INGEST_NO_SUBJECTS",
  3,
  422,
  "Check that the input holds patients and their events, and that the configuration does not drop all of them.",
);
export const INPUT_EMPTY = define(
  "INPUT_EMPTY",
  3,
  422,
  "Check --input and --format: there is nothing to read there.",
);
export const INPUT_FILE_EMPTY = define(
  "INPUT_FILE_EMPTY",
  3,
  422,
  "Export the file again, or remove it when there is truly nothing in it.",
);
export const FORMAT_UNKNOWN = define(
  "FORMAT_UNKNOWN",
  2,
  400,
  "Say what the input is with --format fhir, meds or csv.",
);
export const MAPPING_INVALID = define(
  "MAPPING_INVALID",
  2,
  400,
  "Correct the named keys of the mapping; docs/reference/mapping.md lists every key.",
);
export const MAPPING_FILE = define(
  "MAPPING_FILE",
  2,
  400,
  "Put the file beside the others, plain or with .gz behind its name, or correct `file` in the mapping.",
);
export const MAPPING_COLUMN = define(
  "MAPPING_COLUMN",
  2,
  400,
  "Correct the column in the mapping, or the header of the file; names are compared exactly.",
);
export const SUBJECT_KEY_COLLISION = define(
  "SUBJECT_KEY_COLLISION",
  3,
  422,
  "Two identifiers have the same 53-bit key, which chance does not explain below some ten million persons: report it.",
);
export const GROUP_SPLIT = define(
  "GROUP_SPLIT",
  3,
  422,
  "Let Longitude assign the splits (--split-seed), or put each group into one split.",
);

// Ingest: why one candidate event is rejected; the codes of the tally
export const JSON_MALFORMED = define(
  "JSON_MALFORMED",
  3,
  422,
  "Export the file again: a line is not a JSON object.",
);
export const JSON_TOO_DEEP = define(
  "JSON_TOO_DEEP",
  3,
  422,
  "Look at where the file comes from: FHIR does not nest more than 200 levels, nor Bundles in Bundles eight times.",
);
export const RESOURCE_TYPE_UNKNOWN = define(
  "RESOURCE_TYPE_UNKNOWN",
  3,
  422,
  "Give FHIR R4 resources only: `resourceType` is missing or names no type of R4.",
);
export const ID_MISSING = define("ID_MISSING", 3, 422, "Give every person an id.");
export const PATIENT_REFERENCE_MISSING = define(
  "PATIENT_REFERENCE_MISSING",
  3,
  422,
  "Give every event a reference to its patient by id; logical and conditional references are not resolved.",
);
export const PATIENT_UNKNOWN = define(
  "PATIENT_UNKNOWN",
  3,
  422,
  "Export the patients together with their events: events refer to patients that are not in the input.",
);
export const PATIENT_IDENTIFIER_SHARED = define(
  "PATIENT_IDENTIFIER_SHARED",
  3,
  422,
  "Merge or correct the patients that share an identifier; an identifier that ties a group goes to --group-identifier.",
);
export const DATE_MISSING = define(
  "DATE_MISSING",
  3,
  422,
  "Export the date; an event without one has no place in time.",
);
export const DATE_IMPOSSIBLE = define(
  "DATE_IMPOSSIBLE",
  3,
  422,
  "Correct dates that are not in the calendar, not ISO 8601, or outside the years 1800 to 2300.",
);
export const END_BEFORE_START = define(
  "END_BEFORE_START",
  3,
  422,
  "Correct periods that end before they start.",
);
export const EVENT_BEFORE_BIRTH = define(
  "EVENT_BEFORE_BIRTH",
  3,
  422,
  "Correct the birth date or the event: it lies, or ends, before the person's birth.",
);
export const EVENT_AFTER_DEATH = define(
  "EVENT_AFTER_DEATH",
  3,
  422,
  "Correct the date of death or the event: it lies after the day of death.",
);
export const DEATH_UNDATED = define(
  "DEATH_UNDATED",
  3,
  422,
  "Export deceasedDateTime instead of deceasedBoolean.",
);
export const CODE_MISSING = define(
  "CODE_MISSING",
  3,
  422,
  "Export a coding for each event; text alone is not a code.",
);
export const CODE_UNMAPPED = define(
  "CODE_UNMAPPED",
  3,
  422,
  "Add the text to `codes` (or `values`) in the mapping, with a code or with `drop` and the reason.",
);
export const MODIFIER_EXTENSION = define(
  "MODIFIER_EXTENSION",
  3,
  422,
  "A modifier extension may turn the meaning round (a negated finding), and ours is not to guess: have the export leave it out, or map it before.",
);
export const FHIR_RELEASE_UNSUPPORTED = define(
  "FHIR_RELEASE_UNSUPPORTED",
  3,
  422,
  "These resources are of DSTU2 or STU3: export them as R4 (R4B and R5 are read too).",
);
export const MEDICATION_UNKNOWN = define(
  "MEDICATION_UNKNOWN",
  3,
  422,
  "Export the Medication resources that medicationReference points to, with a code.",
);
export const UNIT_UNKNOWN = define(
  "UNIT_UNKNOWN",
  3,
  422,
  "Write units in UCUM, or name this site's spelling with --unit-alias; ingest.json lists the codes concerned.",
);
export const VALUE_NOT_NUMERIC = define(
  "VALUE_NOT_NUMERIC",
  3,
  422,
  "Map the column as `text`, or list its texts for missing values under `missing`.",
);
export const ROW_MALFORMED = define(
  "ROW_MALFORMED",
  3,
  422,
  "Correct rows that have another number of fields than the header; quote fields that contain the delimiter.",
);
export const SUBJECT_MISSING = define(
  "SUBJECT_MISSING",
  3,
  422,
  "Give every row a subject_id, an integer below 2^53.",
);

// Other engines and imported models
export const TORCH_MISSING = define(
  "TORCH_MISSING",
  5,
  500,
  "Set LONGITUDE_PYTHON to a Python that has the packages of trainers/torch/requirements.txt, or train with `training.engine: embedded`.",
);
export const TRAINING_WORKER_LOST = define(
  "TRAINING_WORKER_LOST",
  6,
  500,
  "Run the same command again: it goes on from the last stored state. Signal 9 is mostly the machine running out of memory: fewer processes or a smaller `training.batchTokens` help.",
);
export const MODEL_ARCHITECTURE = define(
  "MODEL_ARCHITECTURE",
  3,
  422,
  "Import a Llama or Qwen2 model whose configuration the message does not name; docs/guides/other-engines.md lists what is supported.",
);
export const TOKENIZER_MISMATCH = define(
  "TOKENIZER_MISMATCH",
  3,
  422,
  "Use the tokenizer that was made with the weights; for a model of this site, run `longitude import` again on its present records.",
);
export const IMPORT_LOGITS_CHANGED = define(
  "IMPORT_LOGITS_CHANGED",
  6,
  500,
  "Nothing was written. The extended weights do not compute what the original ones did: report it with the figures of the message.",
);

// Forecasts
export const DECODING_RANGE = define(
  "DECODING_RANGE",
  4,
  500,
  "The weights hold numbers that are not finite, or attention scores beyond 80, which decoding does not carry: train again, or read risks directly.",
);
export const FORECAST_QUESTION = define(
  "FORECAST_QUESTION",
  2,
  422,
  "Name a subject of the records, an outcome of the site or codes of its vocabulary, a horizon, and an estimator that can answer (see `longitude forecast --help`).",
);
export const FORECAST_NOBODY = define(
  "FORECAST_NOBODY",
  3,
  422,
  "Check `cohort.index` and the prediction times in longitude.yaml against the records: somebody must be followed beyond one of them.",
);
export const FORECAST_OUTCOMES = define(
  "FORECAST_OUTCOMES",
  2,
  409,
  "Use the outcomes that the checkpoint was trained with, in their order, or train again with `longitude train`.",
);

// De-identification of text
export const NOTE_FILE_INVALID = define(
  "NOTE_FILE_INVALID",
  3,
  422,
  "Correct the line that the message names, or say what the file is with --format.",
);
export const NOTE_FIELD_MISSING = define(
  "NOTE_FIELD_MISSING",
  2,
  422,
  "Name the field or column that holds the text with --field.",
);
export const KNOWN_INVALID = define(
  "KNOWN_INVALID",
  2,
  422,
  'Write the file of known identifiers as {"names": [...], "dates": ["1952-03-14"], "numbers": [...], "phrases": [...]}.',
);
export const DEIDENTIFY_SECRET = define(
  "DEIDENTIFY_SECRET",
  2,
  422,
  "Make a secret of this site once (`openssl rand 32 > site.secret`), keep it with the identified records, and name it with --secret-file.",
);

// Ingest: OMOP
export const OMOP_TABLE = define(
  "OMOP_TABLE",
  3,
  422,
  "Export PERSON and the clinical tables (condition_occurrence, measurement, …) under the model's own names.",
);
export const OMOP_COLUMN = define(
  "OMOP_COLUMN",
  3,
  422,
  "Export the table with the columns of OMOP CDM 5.3 or 5.4; their names may be in capitals.",
);
export const OMOP_VERSION = define(
  "OMOP_VERSION",
  3,
  422,
  "Export OMOP CDM 5.3 or 5.4, or correct cdm_version in CDM_SOURCE when it is one of these.",
);

// Ingest: an HL7 v2 feed
export const HL7_MALFORMED = define(
  "HL7_MALFORMED",
  3,
  422,
  "Have the sender's interface engine checked: the message has no usable MSH, or a line that is no segment.",
);
export const HL7_CHARACTER_SET = define(
  "HL7_CHARACTER_SET",
  3,
  422,
  "Have the sender use a character set that is read (ASCII, ISO 8859, UTF-8, GB 18030, Big5, KS X 1001) in MSH-18.",
);
export const HL7_FIELD_MISSING = define(
  "HL7_FIELD_MISSING",
  3,
  422,
  "Have the sender fill MSH-10 (message control id) and PID-3 (patient identifier).",
);
export const HL7_VERSION = define(
  "HL7_VERSION",
  3,
  422,
  "Have the sender state a version from 2.3 to 2.8 in MSH-12.",
);
export const HL7_TYPE = define(
  "HL7_TYPE",
  3,
  422,
  "Route only ADT, ORU, OML (or ORM), RDE, RAS, VXU and MDM to this listener.",
);
export const HL7_OVERSIZE = define(
  "HL7_OVERSIZE",
  3,
  413,
  "Raise --max-message-megabytes if messages of this size are meant, else have the sender's framing checked.",
);
export const HL7_TRUNCATED = define(
  "HL7_TRUNCATED",
  3,
  422,
  "Have the sender's framing (MLLP) and its network checked: bytes came outside of a frame, or a frame did not end.",
);
export const HL7_STORE = define(
  "HL7_STORE",
  5,
  507,
  "Free space on the disk of the feed's folder; the sender was told and sends again.",
);
export const HL7_JOURNAL_DAMAGED = define(
  "HL7_JOURNAL_DAMAGED",
  4,
  500,
  "Restore the named file from a copy: acknowledged messages stand in it, so nothing is guessed or skipped.",
);
export const LISTEN_OPEN = define(
  "LISTEN_OPEN",
  2,
  400,
  "Name who may connect with --allow (addresses or networks) or --tls-client-authority, or listen on 127.0.0.1.",
);
export const LISTEN_ADDRESS = define(
  "LISTEN_ADDRESS",
  2,
  400,
  "Choose a free port and an address of this machine with --port and --host; --allow takes addresses and networks like 10.1.0.0/16.",
);
export const LISTEN_TLS = define(
  "LISTEN_TLS",
  2,
  400,
  "Name PEM files that belong together with --tls-cert and --tls-key.",
);
export * from "./assistant-errors.ts";
export * from "./ccda-errors.ts";
export * from "./omop-database-errors.ts";
export * from "./pull-errors.ts";
export * from "./serving-errors.ts";
export * from "./training-errors.ts";
