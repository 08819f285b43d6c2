/**
 * Risks of one record, and the codes that moved them: read with all events and, in the same pass, without each of the
 * codes that matter most.
 * Which codes those are the trees tell, which cost almost nothing; how much each moved a risk is measured with the model
 * that gives the risk. Without trees, the codes of the newest events are measured.
 * Invariant: the risks are the same whether they are explained or not.
 */
import { riskWithin } from "../../forecast/direct-reading.ts";
import { rowLengthFor } from "../../forecast/history-rows.ts";
import { encodePatient } from "../../tokens/encoded-patient.ts";
import { treeHazards } from "../../trees/hazards/tree-hazards.ts";
import type { PatientHistory } from "../../vetting/patient-history.ts";
import type { SourcedEvent } from "../records/patient-record.ts";
import type { Driver } from "./answer.ts";
import { type ServedModel, TOKENS_AT_ONCE } from "./served-model.ts";

export interface ExplainInput {
  readonly history: PatientHistory;
  readonly day: number;
  /** With the resources that say them. */
  readonly events: readonly SourcedEvent[];
  readonly displays: Readonly<Record<string, string>>;
  readonly explain: boolean;
}

export interface ExplainedRisks {
  /** One for each task of the model. */
  readonly risks: readonly number[];
  readonly drivers: readonly (readonly Driver[])[];
}

/** Codes that the trees judge, those of the newest events. */
const MOST_JUDGED = 64;
const FEWEST_LEFT_OUT = 3;
const MOST_LEFT_OUT = 15;
const MOST_DRIVERS = 3;
const SMALLEST_CHANGE = 0.001;
const MOST_RESOURCES = 3;

export async function explainedRisks(model: ServedModel, input: ExplainInput): Promise<ExplainedRisks> {
  const { history, day, explain } = input;
  const codes = explain ? leftOut(model, history, day) : [];
  const [risks = [], ...without] = await readRisks(
    model,
    [history, ...codes.map((code) => lacking(history, code))],
    day,
  );
  const said = saidBy(input, codes);
  const drivers = model.tasks.map((_, task) =>
    codes
      .map((code, i) => ({ code, change: (risks[task] as number) - (without[i]?.[task] as number) }))
      .filter(({ change }) => Math.abs(change) >= SMALLEST_CHANGE)
      .sort((a, b) => Math.abs(b.change) - Math.abs(a.change) || (a.code < b.code ? -1 : 1))
      .slice(0, MOST_DRIVERS)
      .map(({ code, change }) => ({ ...(said.get(code) as Said), code, change: rounded(change) })),
  );
  return { risks, drivers };
}

/** The last digits of a risk differ between batch sizes; what is shown does not. */
export function rounded(risk: number): number {
  return Number(risk.toFixed(5));
}

function lacking(history: PatientHistory, code: string): PatientHistory {
  return { ...history, events: history.events.filter((event) => event.code !== code) };
}

/** As many codes as fit into the pass that the risks need anyway, at least three. */
function leftOut(model: ServedModel, history: PatientHistory, day: number): string[] {
  const codes = [...new Set(history.events.toReversed().map(({ code }) => code))].slice(0, MOST_JUDGED);
  const length = rowLengthFor(history.events.length, model.reader.checkpoint.architecture.context);
  const fitting = Math.floor(TOKENS_AT_ONCE / length) - 1;
  const most = Math.min(MOST_LEFT_OUT, Math.max(FEWEST_LEFT_OUT, fitting));
  return codes.length <= most ? codes : judgedByTrees(model, history, day, codes).slice(0, most);
}

/** Codes whose absence moves the trees' hazards most come first. */
function judgedByTrees(
  { reader }: ServedModel,
  history: PatientHistory,
  day: number,
  codes: readonly string[],
): readonly string[] {
  if (reader.treeHead === null) return codes;
  const { outcomes, hazardEdgesYears } = reader.checkpoint.description;
  const [base, ...without] = treeHazards(
    reader.treeHead,
    [history, ...codes.map((code) => lacking(history, code))].map((of) => ({ history: of, day })),
    outcomes.map(({ name }) => name),
    hazardEdgesYears,
  );
  const moved = without.map((hazards) => {
    let most = 0;
    for (const [i, hazard] of hazards.entries()) {
      const change = Math.abs(Math.log((base?.[i] as number) / hazard));
      if (change > most) most = change;
    }
    return most;
  });
  return codes
    .map((code, i) => ({ code, moved: moved[i] as number, i }))
    .sort((a, b) => b.moved - a.moved || a.i - b.i)
    .map(({ code }) => code);
}

async function readRisks(
  model: ServedModel,
  histories: readonly PatientHistory[],
  day: number,
): Promise<number[][]> {
  const { checkpoint } = model.reader;
  const readings = await model.reader.read(
    histories.map((history) => ({ history, patient: encodePatient(history, checkpoint.vocabulary), day })),
  );
  return readings.map(({ hazards }) =>
    model.tasks.map(({ place, horizonDays }) => riskWithin(hazards, checkpoint, place, horizonDays)),
  );
}

type Said = Omit<Driver, "code" | "change">;

/** What the record says of each code. */
function saidBy({ events, displays }: ExplainInput, codes: readonly string[]): ReadonlyMap<string, Said> {
  return new Map(
    codes.map((code) => {
      const of = events.filter((event) => event.code === code);
      const resources = of.toReversed().flatMap(({ resource }) => (resource === null ? [] : [resource]));
      return [
        code,
        {
          display: displays[code] ?? null,
          events: of.length,
          resources: [...new Set(resources)].slice(0, MOST_RESOURCES),
        },
      ];
    }),
  );
}
