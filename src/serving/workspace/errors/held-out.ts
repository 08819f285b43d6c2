/**
 * Held-out persons of the served release, as the site's own artefacts have them: what was forecast, and what came.
 * Invariants: the artefacts are those that the release was made from; nobody's record is read unless it was de-identified with
 * proof.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { builtArtefacts } from "../../../artefacts/built-artefacts.ts";
import type { EvaluationTask } from "../../../evaluation/design/evaluation-schema.ts";
import { KIND } from "../../../evaluation/design/task-persons.ts";
import { CASE, CONTROL, statusAt } from "../../../evaluation/measures/observations.ts";
import { readRiskTable } from "../../../forecast/risk-table.ts";
import { PRIVACY_JSON } from "../../../privacy/records/privacy-report.ts";
import { openTimelineStore } from "../../../timeline/open-timeline-store.ts";
import type { SubjectKey, Timeline } from "../../../timeline/patient-event.ts";
import { type EventKind, labelAt, predictionDay } from "../../../vetting/label.ts";
import { buildHistory } from "../../../vetting/patient-history.ts";
import type { ServedModel } from "../../answers/served-model.ts";
import type { ServerContext } from "../../server-context.ts";

export interface HeldOutPerson {
  readonly subjectId: SubjectKey;
  /** Days since 1970-01-01, by the record's own (shifted) dates. */
  readonly predictionDay: number;
  readonly risk: number;
  readonly kind: EventKind;
  /** From the prediction to the first of onset, death and end of follow-up. */
  readonly days: number;
  /** Null: no longer followed before the horizon. */
  readonly had: boolean | null;
}

interface Folders {
  readonly records: string;
  readonly forecasts: string;
}

export type Missing = "no records" | "no proof";

export async function heldOutFolders({ folder, model }: ServerContext): Promise<Folders | Missing> {
  const built = await builtArtefacts(folder);
  const made = (kind: string) => {
    const id = model.manifest.lineage.find((one) => one.kind === kind)?.id;
    return built.find((one) => one.id === id)?.folder;
  };
  const [records, forecasts] = [made("records"), made("forecasts")];
  if (records === undefined || forecasts === undefined) return "no records";
  const proven = existsSync(join(records, PRIVACY_JSON)) && existsSync(join(folder, "privacy", "proof.json"));
  return proven ? { records, forecasts } : "no proof";
}

/** Everybody of one task. One pass over the held-out records; what is kept of a person is one row. */
export async function heldOutPersons(
  { records, forecasts }: Folders,
  { outcomes, cohort }: ServedModel,
  task: Pick<EvaluationTask, "outcome" | "landmark" | "horizon" | "horizonDays">,
): Promise<HeldOutPerson[]> {
  const outcome = outcomes.find(({ name }) => name === task.outcome);
  const time = outcome?.predictionTimes.find(({ landmark }) => landmark === task.landmark);
  if (outcome === undefined || time === undefined) return [];
  const rows = await readRiskTable(join(forecasts, "risks.parquet"), task);
  const risks = new Map(rows.map(({ subjectId, risks: own }) => [subjectId, own[task.horizon]]));
  const persons: HeldOutPerson[] = [];
  for await (const timeline of timelinesOf(records)) {
    const risk = risks.get(timeline.subjectId);
    if (risk === undefined) continue;
    const history = buildHistory(timeline, cohort, [outcome]);
    const day = predictionDay(history, time);
    const label = labelAt(history, outcome, 0, day);
    if (!label.eligible || day === null) continue;
    const { kind, days } = label.outcome;
    const [status] = statusAt(
      { days: Float64Array.of(days), kind: Uint8Array.of(KIND[kind]) },
      task.horizonDays,
    );
    const had = status === CASE ? true : status === CONTROL ? false : null;
    persons.push({ subjectId: timeline.subjectId, predictionDay: day, risk, kind, days, had });
  }
  return persons;
}

async function* timelinesOf(records: string): AsyncGenerator<Timeline> {
  const store = await openTimelineStore(records);
  try {
    yield* store.timelines({ splits: ["held_out"], texts: false });
  } finally {
    store.close();
  }
}
