/** Held-out persons as every audit of risks looks at them: the tasks, the resamples, the risks of the records as they are. */
import type { OnsetReader } from "../../forecast/onset-reader.ts";
import type { OutcomeDefinition } from "../../vetting/outcome-definition.ts";
import type { PatientHistory } from "../../vetting/patient-history.ts";
import { type AuditedTask, auditedTasks, Ranking } from "./audited-tasks.ts";
import type { AuditsConfig } from "./audits-config.ts";
import { rescore } from "./rescore.ts";

/** What an audit is doing. */
export interface AuditProgress {
  readonly step: string;
  readonly done: number;
  readonly total: number;
}

export interface AuditedCohort {
  /** Id of the model. */
  readonly model: string;
  readonly reader: OnsetReader;
  /** Persons held out. */
  readonly histories: readonly PatientHistory[];
  readonly outcomes: readonly OutcomeDefinition[];
  /** Fewer onsets, or fewer persons free of one, and a task is not looked at. */
  readonly minimumEvents: number;
  readonly config: AuditsConfig;
  readonly tasks: readonly AuditedTask[];
  readonly ranking: Ranking;
  /** Risks of each task, read from the records as they are. */
  readonly risks: readonly Float64Array[];
}

export async function auditedCohort(
  input: Omit<AuditedCohort, "tasks" | "ranking" | "risks">,
): Promise<AuditedCohort> {
  const { histories, outcomes, config, reader } = input;
  const tasks = auditedTasks(histories, outcomes, input.minimumEvents);
  const ranking = new Ranking(histories.length, config.bootstrap, config.seed);
  return { ...input, tasks, ranking, risks: await rescore(reader, histories, tasks, (history) => history) };
}
