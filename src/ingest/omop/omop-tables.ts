/**
 * Which tables of the OMOP common data model (5.3 and 5.4) become events, and by which columns. One row a table.
 * Names differ between the two versions in places: the first column that a table has is taken.
 */
export interface OmopEventTable {
  readonly name: string;
  readonly id: string;
  readonly concept: readonly string[];
  readonly sourceConcept: readonly string[];
  readonly sourceValue: readonly string[];
  /** Date and time first, the date alone behind it. */
  readonly start: readonly string[];
  readonly end: readonly string[];
  readonly value?: "measurement" | "observation" | "note";
  /** A diagnosis or procedure of a bill is known when the visit ends, not when it is dated. */
  readonly billed?: { readonly type: string; readonly status: string | null };
  /** Column that names the visit; its own id for a visit. */
  readonly visit: string;
}

function table(
  name: string,
  stem: string,
  more: Partial<OmopEventTable> & Pick<OmopEventTable, "start" | "end">,
): OmopEventTable {
  return {
    name,
    id: `${name}_id`,
    concept: [`${stem}_concept_id`],
    sourceConcept: [`${stem}_source_concept_id`],
    sourceValue: [`${stem}_source_value`],
    visit: "visit_occurrence_id",
    ...more,
  };
}

/** `x_datetime`, else `x_date`. */
const at = (stem: string): string[] => [`${stem}_datetime`, `${stem}_date`];

export const OMOP_EVENT_TABLES: readonly OmopEventTable[] = [
  table("visit_occurrence", "visit", { start: at("visit_start"), end: at("visit_end") }),
  table("visit_detail", "visit_detail", { start: at("visit_detail_start"), end: at("visit_detail_end") }),
  table("condition_occurrence", "condition", {
    start: at("condition_start"),
    end: at("condition_end"),
    billed: { type: "condition_type_concept_id", status: "condition_status_concept_id" },
  }),
  table("drug_exposure", "drug", { start: at("drug_exposure_start"), end: at("drug_exposure_end") }),
  table("procedure_occurrence", "procedure", {
    start: at("procedure"),
    end: at("procedure_end"),
    billed: { type: "procedure_type_concept_id", status: null },
  }),
  table("device_exposure", "device", { start: at("device_exposure_start"), end: at("device_exposure_end") }),
  table("measurement", "measurement", { start: at("measurement"), end: [], value: "measurement" }),
  table("observation", "observation", { start: at("observation"), end: [], value: "observation" }),
  table("note", "note", {
    concept: ["note_class_concept_id"],
    sourceConcept: ["note_type_concept_id"],
    sourceValue: [],
    start: at("note"),
    end: [],
    value: "note",
  }),
  table("specimen", "specimen", {
    sourceConcept: [],
    start: at("specimen"),
    end: [],
    visit: "",
  }),
];

/** Columns that carry a value, by kind of value. */
export const VALUE_COLUMNS = {
  measurement: {
    number: "value_as_number",
    answer: "value_as_concept_id",
    text: "value_source_value",
    unit: "unit_concept_id",
    unitSource: "unit_source_value",
    operator: "operator_concept_id",
  },
  observation: {
    number: "value_as_number",
    answer: "value_as_concept_id",
    text: "value_as_string",
    unit: "unit_concept_id",
    unitSource: "unit_source_value",
    operator: null,
  },
  note: { number: null, answer: null, text: "note_text", unit: null, unitSource: null, operator: null },
} as const;

/** Derived from the tables above: reading them too would count each fact twice. */
export const DERIVED_TABLES = ["condition_era", "drug_era", "dose_era", "episode", "episode_event"] as const;

/** Tables that carry no event of a patient, or none that is read. */
export const OTHER_TABLES = [
  "care_site",
  "cdm_source",
  "cohort",
  "cohort_definition",
  "cost",
  "fact_relationship",
  "location",
  "metadata",
  "note_nlp",
  "payer_plan_period",
  "provider",
] as const;

/** Read for codes and their parents. */
export const VOCABULARY_TABLES = ["concept", "concept_ancestor"] as const;

/** All that are recognised by name; other files in the folder are counted as not read. */
export const OMOP_TABLES: ReadonlySet<string> = new Set([
  "person",
  "death",
  "observation_period",
  ...OMOP_EVENT_TABLES.map(({ name }) => name),
  ...DERIVED_TABLES,
  ...OTHER_TABLES,
  ...VOCABULARY_TABLES,
  "vocabulary",
  "domain",
  "concept_class",
  "concept_relationship",
  "concept_synonym",
  "relationship",
  "drug_strength",
  "source_to_concept_map",
]);
