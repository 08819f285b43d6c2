/**
 * Outcomes that have matured: each stored forecast whose horizon has passed is compared with what newer records of the same
 * person say, and becomes evidence, apart for what was silent and what was shown.
 * Invariants: the first forecast of a person in a unit counts, once; who was not seen again is counted, not guessed; who was
 * seen last before the horizon is censored there. Groups with too few onsets have no figures and no small counts.
 */
import { setTimeout } from "node:timers/promises";
import { canonicalJson, toJson } from "../../artefacts/canonical-json.ts";
import type { Effects } from "../../effects/effects.ts";
import { KIND } from "../../evaluation/design/task-persons.ts";
import type { State, StateTransaction } from "../../state/open-state.ts";
import { isoTime } from "../../state/value-parsers.ts";
import { MS_PER_DAY } from "../../vetting/duration.ts";
import { type Label, labelAt } from "../../vetting/label.ts";
import type { PatientHistory } from "../../vetting/patient-history.ts";
import { type Answer, answerSchema } from "../answers/answer.ts";
import type { AnswerInput } from "../answers/compute-answer.ts";
import { historyAt } from "../answers/history-at.ts";
import type { ServedModel } from "../answers/served-model.ts";
import type { ServingTables } from "../answers/serving-tables.ts";
import { emptyColumn, evidenceOf, leave, type TaskColumn } from "../validations/task-evidence.ts";
import { groupsOf } from "./answer-facts.ts";
import { type MaturedEvidence, storeEvidence } from "./matured-evidence.ts";

/** Whoever asks for a forecast meanwhile is not kept waiting: few persons at once, and a pause. */
const PERSONS_AT_ONCE = 10;
const PAUSE_MS = 10;

export interface Maturing {
  readonly model: ServedModel;
  readonly state: State;
  readonly effects: Effects;
  /** Of the resamples behind the intervals. */
  readonly seed: number;
}

interface Seen {
  readonly tenant: string;
  readonly unit: string;
  readonly answer: Answer;
  readonly input: AnswerInput;
  /** Index of the task → whether somebody saw it. */
  readonly shown: readonly boolean[];
}

/** @returns the evidence as it stands; stored where it says something new */
export async function matureOutcomes({ model, state, effects, seed }: Maturing): Promise<MaturedEvidence> {
  const now = effects.now();
  const columns = new Map<string, TaskColumn>();
  const keys = await state.transaction((tx) => personsWithMatured(tx, model, now));
  for (let from = 0; from < keys.length; from += PERSONS_AT_ONCE) {
    const some = keys.slice(from, from + PERSONS_AT_ONCE);
    const persons = await state.transaction((tx) => readPersons(tx, model, some));
    for (const key of some) addPerson(model, columns, persons.get(key) ?? [], now);
    await setTimeout(PAUSE_MS);
  }
  const groups = [...columns]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, column]) => {
      const [tenant, exposure, group, place] = JSON.parse(key) as [
        string,
        "silent" | "shown",
        string,
        number,
      ];
      const task = model.tasks[place];
      if (task === undefined) throw new RangeError(`the release has no task ${place}`);
      const evidence = evidenceOf(task, column, seed);
      const few = evidence.cIndex === null;
      return {
        tenant,
        exposure,
        group,
        ...evidence,
        onsets: few ? null : evidence.onsets,
        deaths: few ? null : evidence.deaths,
      };
    });
  const evidence = { release: model.manifest.id, groups };
  await state.transaction((tx) => storeEvidence(tx, evidence, canonicalJson(toJson(evidence)), now));
  return evidence;
}

/** Keys of those about whom was asked so long ago that a horizon has passed since. A `/v1` record is nobody's: it cannot be found again. */
async function personsWithMatured(tx: StateTransaction, model: ServedModel, now: number): Promise<string[]> {
  const shortest = Math.min(...model.tasks.map(({ horizonDays }) => horizonDays));
  if (!Number.isFinite(shortest)) return [];
  const rows = await tx
    .withTables<ServingTables>()
    .selectFrom("serving_request")
    .select("patient_key")
    .distinct()
    .where("release", "=", model.manifest.id)
    .where("kind", "not like", "v1.%")
    .where("at", "<=", isoTime(now - shortest * MS_PER_DAY))
    .orderBy("patient_key")
    .execute();
  return rows.map(({ patient_key: key }) => key);
}

/** All that was asked about some persons, oldest first. */
async function readPersons(
  tx: StateTransaction,
  model: ServedModel,
  keys: readonly string[],
): Promise<ReadonlyMap<string, readonly Seen[]>> {
  const rows = await tx
    .withTables<ServingTables>()
    .selectFrom("serving_request")
    .innerJoin("serving_answer", "serving_answer.id", "serving_request.answer")
    .select([
      "serving_request.tenant as tenant",
      "unit",
      "patient_key",
      "stages",
      "serving_answer.input as input",
      "serving_answer.answer as bytes",
    ])
    .where("serving_request.release", "=", model.manifest.id)
    .where("kind", "not like", "v1.%")
    .where("patient_key", "in", keys)
    .orderBy("serving_request.at")
    .orderBy("serving_request.id")
    .execute();
  const persons = new Map<string, Seen[]>();
  for (const { tenant, unit, patient_key, stages, input, bytes } of rows) {
    const seen = persons.get(patient_key) ?? [];
    persons.set(patient_key, seen);
    const stage = (JSON.parse(stages) as { stage: string }[]).map((one) => one.stage);
    seen.push({
      tenant,
      unit,
      input: JSON.parse(input) as AnswerInput,
      answer: answerSchema.parse(JSON.parse(bytes)),
      shown: stage.map((one) => one !== "silent"),
    });
  }
  return persons;
}

function addPerson(
  model: ServedModel,
  columns: Map<string, TaskColumn>,
  seen: readonly Seen[],
  now: number,
): void {
  const newest = seen.at(-1);
  if (newest === undefined) return;
  const done = new Set<string>();
  for (const { tenant, unit, answer, input, shown } of seen)
    for (const [place, task] of model.tasks.entries()) {
      const risk = answer.forecasts[place]?.risk ?? null;
      const once = `${unit}\0${place}`;
      if (risk === null || done.has(once)) continue;
      done.add(once);
      if (input.day + task.horizonDays > now / MS_PER_DAY) continue;
      const history = laterHistory(model, newest.input, input.day);
      const label = labelAt(history, task.outcome, model.outcomes.indexOf(task.outcome), input.day);
      const exposure = shown[place] === true ? "shown" : "silent";
      for (const group of ["all", `unit ${unit}`, ...groupsOf(history, input.day)])
        addTo(columns, JSON.stringify([tenant, exposure, group, place]), risk, label);
    }
}

/** As the newest record tells it: somebody about whom was asked was followed until then. */
function laterHistory(model: ServedModel, newest: AnswerInput, day: number): PatientHistory {
  const whole = historyAt(model, newest.events, { knownUntil: Number.POSITIVE_INFINITY, day });
  const seenUntil = newest.day > day ? newest.day : Number.NEGATIVE_INFINITY;
  return { ...whole, lastDay: whole.deathDay ?? Math.max(whole.lastDay, seenUntil) };
}

function addTo(columns: Map<string, TaskColumn>, key: string, risk: number, label: Label): void {
  const column = columns.get(key) ?? emptyColumn();
  columns.set(key, column);
  if (!label.eligible) {
    leave(column, label.why);
    return;
  }
  column.risks.push(risk);
  column.days.push(label.outcome.days);
  column.kinds.push(KIND[label.outcome.kind]);
}
