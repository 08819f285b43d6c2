/** The models of an evaluation in the order in which tables name them: the main one, what it is made of, the baselines. */
import type { Evaluation } from "../design/evaluation-schema.ts";

export function shownModels({ mainModel, baselines, tasks }: Evaluation): string[] {
  const measured = new Set(tasks.flatMap(({ models }) => Object.keys(models)));
  const parts = [...measured].filter((name) => name !== mainModel && !baselines.includes(name));
  return [mainModel, ...parts.sort(), ...baselines];
}
