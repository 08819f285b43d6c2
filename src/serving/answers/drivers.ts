/**
 * Risks of one record, and the codes that moved them: read with all events and, in the same pass, without each of the
 * codes that matter most.
 * Which codes those are the trees tell, which cost almost nothing; how much each moved a risk is measured with the model
 * that gives the risk. Without trees, the codes of the newest events are measured.
 * Invariant: the risks are the same whether they are explained or not.
 */
import { type Hazards, riskWithin } from "../../forecast/direct-reading.ts";
import { rowLengthFor } from "../../forecast/history-rows.ts";
import type { OnsetRequest } from "../../forecast/onset-reader.ts";
import { encodePatient } from "../../tokens/encoded-patient.ts";
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
const FEWEST_LEFT_OUT = 2;
const MOST_LEFT_OUT = 15;
const MOST_DRIVERS = 3;
const SMALLEST_CHANGE = 0.001;
const MOST_RESOURCES = 3;

export async function explainedRisks(model: ServedModel, input: ExplainInput): Promise<ExplainedRisks> {
  const { history, day, explain } = input;
  const candidates = explain ? newestCodes(history) : [];
  const asked = [history, ...candidates.map((code) => lacking(history, code))].map((of) => ({
    history: of,
    day,
  }));
  const trees = model.reader.ofTrees(asked);
  /** Places among the candidates. */
  const chosen = byMovedTrees(trees, candidates.length).slice(0, mostLeftOut(model, history));
  const rows = [0, ...chosen.map((place) => place + 1)];
  const [risks = [], ...without] = await readRisks(
    model,
    rows.map((row) => asked[row] as (typeof asked)[number]),
    trees && rows.map((row) => trees[row] as Hazards),
  );
  const codes = chosen.map((place) => candidates[place] as string);
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

/** Codes of the newest events, the newest first. */
function newestCodes(history: PatientHistory): string[] {
  return [...new Set(history.events.toReversed().map(({ code }) => code))].slice(0, MOST_JUDGED);
}

/** As many codes as fit into the pass that the risks need anyway, at least two. */
function mostLeftOut(model: ServedModel, history: PatientHistory): number {
  const length = rowLengthFor(history.events.length, model.reader.checkpoint.architecture.context);
  const fitting = Math.floor(TOKENS_AT_ONCE / length) - 1;
  return Math.min(MOST_LEFT_OUT, Math.max(FEWEST_LEFT_OUT, fitting));
}

/**
 * Places of the codes whose absence moves the trees' hazards most come first; without trees they stay in order.
 * @param trees of the whole record, then without each of the codes
 */
function byMovedTrees(trees: readonly Hazards[] | null, codes: number): number[] {
  const places = Array.from({ length: codes }, (_, place) => place);
  if (trees === null) return places;
  const base = trees[0] as Hazards;
  const moved = places.map((place) => {
    let most = 0;
    for (const [i, hazard] of (trees[place + 1] as Hazards).entries()) {
      const change = Math.abs(Math.log((base[i] as number) / hazard));
      if (change > most) most = change;
    }
    return most;
  });
  return places.sort((a, b) => (moved[b] as number) - (moved[a] as number) || a - b);
}

async function readRisks(
  model: ServedModel,
  asked: readonly Omit<OnsetRequest, "patient">[],
  trees: readonly Hazards[] | null,
): Promise<number[][]> {
  const { checkpoint } = model.reader;
  const requests = asked.map((request) => ({
    ...request,
    patient: encodePatient(request.history, checkpoint.vocabulary),
  }));
  const readings = await model.reader.read(requests, trees);
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
