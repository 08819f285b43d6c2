/** Which of the tasks that were measured is looked at: it stands in the address. */
import type { ReactNode } from "react";
import type { EvidenceAnswer } from "../../../../src/serving/workspace/evidence/evidence-answer.ts";
import english from "../../../languages/en/evidence.json";
import { horizonWords } from "../../language/figures.ts";
import { useTexts } from "../../language/texts.ts";
import { useSearchState } from "../../routing/search-state.ts";

/** @returns its place among the tasks, and the field to choose it */
export function useTaskChoice(tasks: EvidenceAnswer["tasks"]): [number, ReactNode] {
  const t = useTexts("evidence", english);
  const [task, setTask] = useSearchState("task", "0");
  const place = Math.min(tasks.length - 1, Math.max(0, Math.trunc(Number(task)) || 0));
  return [
    place,
    <p key="task" className="field">
      <label htmlFor="task">{t("task")}</label>
      <select id="task" value={place} onChange={({ target }) => setTask(target.value)}>
        {tasks.map(({ title, landmark, horizon }, i) => (
          <option key={`${title} ${landmark} ${horizon}`} value={i}>
            {t("taskOption", { title, landmark, horizon: horizonWords(horizon) })}
          </option>
        ))}
      </select>
    </p>,
  ];
}
