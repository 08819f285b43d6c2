/** Tasks by landmark and horizon, in the order in which they first come. */
import type { EvaluationTask } from "../design/evaluation-schema.ts";

export function taskGroups(tasks: readonly EvaluationTask[]): EvaluationTask[][] {
  const groups = new Map<string, EvaluationTask[]>();
  for (const task of tasks) {
    const key = `${task.landmark} ${task.horizon}`;
    groups.set(key, [...(groups.get(key) ?? []), task]);
  }
  return [...groups.values()];
}
