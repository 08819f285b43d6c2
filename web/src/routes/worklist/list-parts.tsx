/** What both lists of a worklist have: the choice of a forecast and of a least risk, and what is said of how many are shown. */
import { percent } from "../../../../src/drawing/number-text.ts";
import type { ListedTask } from "../../../../src/serving/workspace/listed-task.ts";
import english from "../../../languages/en/worklist.json";
import { Choice } from "../../controls/choice.tsx";
import { horizonWords } from "../../language/figures.ts";
import { useTexts } from "../../language/texts.ts";

const SHARES = ["5", "10", "20", "40"];

interface ChosenProps {
  readonly value: string;
  onChange(value: string): void;
}

/** @param tasks by place, which is the value */
export function TaskChoice({ tasks, ...chosen }: ChosenProps & { readonly tasks: readonly ListedTask[] }) {
  const t = useTexts("worklist", english);
  return (
    <Choice
      {...{ id: "task", label: t("forecast"), ...chosen }}
      options={tasks.map(
        ({ title, horizon }, i) =>
          [String(i), t("within", { title, horizon: horizonWords(horizon) })] as const,
      )}
    />
  );
}

/** `any`, or a share in percent. */
export function LeastChoice(chosen: ChosenProps) {
  const t = useTexts("worklist", english);
  return (
    <Choice
      {...{ id: "least", label: t("least"), ...chosen }}
      options={[["any", t("any")], ...SHARES.map((share) => [share, `${share} %`] as const)]}
    />
  );
}

interface ListStatusProps {
  readonly shown: number;
  readonly list: { readonly at: string; readonly rows: readonly unknown[] };
  readonly task: ListedTask | undefined;
}

export function ListStatus({ shown, list, task }: ListStatusProps) {
  const t = useTexts("worklist", english);
  return (
    <p role="status" className="small soft">
      {t("shown", { count: shown, of: list.rows.length })}{" "}
      {t("asOf", { at: list.at.slice(0, 16).replace("T", " ") })}{" "}
      {task?.usual == null ? "" : t("usual", { share: percent(task.usual) })}
    </p>
  );
}
