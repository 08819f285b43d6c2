/** Every gate of one task: rule, figure with interval, result, and who waived it until when. */
import { useMemo } from "react";
import { count } from "../../../../src/drawing/number-text.ts";
import type { ReleaseAnswer } from "../../../../src/serving/workspace/release/release-answer.ts";
import english from "../../../languages/en/release.json";
import { SortableTable, type TableColumn } from "../../controls/sortable-table.tsx";
import { Tag } from "../../controls/tag.tsx";
import { useCodes } from "../../language/codes.ts";
import { estimateText, horizonWords } from "../../language/figures.ts";
import { English } from "../../language/said.tsx";
import { useTexts } from "../../language/texts.ts";
import { useSearchState } from "../../routing/search-state.ts";
import { Empty } from "../../states/states.tsx";

type Task = ReleaseAnswer["today"]["tasks"][number];
type Gate = Task["gates"][number];

export function Gates({ tasks }: { readonly tasks: readonly Task[] }) {
  const t = useTexts("release", english);
  const [at, setAt] = useSearchState("task", "0");
  const [sort, setSort] = useSearchState("sort", "result");
  const code = useCodes();
  const columns = useMemo(() => columnsOf(t, code), [t, code]);
  const place = Math.min(tasks.length - 1, Math.max(0, Math.trunc(Number(at)) || 0));
  const task = tasks[place];
  return (
    <section className="panel stack" aria-labelledby="gates">
      <h2 id="gates">{t("gates")}</h2>
      {tasks.length > 0 && (
        <p className="field">
          <label htmlFor="task">{t("task")}</label>
          <select id="task" value={place} onChange={({ target }) => setAt(target.value)}>
            {tasks.map(({ title, landmark, horizon, verdict }, i) => (
              <option key={`${title} ${landmark} ${horizon}`} value={i}>
                {t("taskOption", {
                  title,
                  landmark,
                  horizon: horizonWords(horizon),
                  verdict: code("verdict", verdict),
                })}
              </option>
            ))}
          </select>
        </p>
      )}
      {task !== undefined && task.excludedGroups.length > 0 && (
        <p>{t("excluded", { groups: task.excludedGroups.join(", ") })}</p>
      )}
      {task === undefined || task.gates.length === 0 ? (
        <Empty title={t("noGates")}>
          <p>{t("noGatesWhy")}</p>
        </Empty>
      ) : (
        <SortableTable
          caption={t("gateCaption", { title: task.title })}
          columns={columns}
          rows={task.gates}
          rowKey={({ gate }) => gate}
          sort={sort}
          onSort={setSort}
        />
      )}
    </section>
  );
}

function columnsOf(
  t: ReturnType<typeof useTexts<typeof english>>,
  code: ReturnType<typeof useCodes>,
): TableColumn<Gate>[] {
  return [
    { id: "gate", title: t("gate"), value: ({ gate, title }) => code("gate", gate, title) },
    {
      id: "result",
      title: t("result"),
      value: resultOf,
      cell: (gate) => {
        const result = resultOf(gate);
        const tone = result === "passed" ? "good" : result === "failed" ? "bad" : "neutral";
        return (
          <>
            <Tag tone={tone}>{t(result)}</Tag>
            {result === "failed" && <div className="small soft">{t(`keepsFrom.${gate.keepsFrom}`)}</div>}
          </>
        );
      },
    },
    {
      id: "figure",
      title: t("figure"),
      value: ({ figure }) => figure?.value ?? null,
      cell: ({ figure }) => (figure === null ? "–" : `${estimateText(figure)}, n = ${count(figure.n)}`),
    },
    {
      id: "because",
      title: t("because"),
      value: ({ because }) => because,
      cell: ({ because, waived, failingGroups }) => (
        <>
          <English>{because}</English>
          {failingGroups.length > 0 && <div>{t("failingGroups", { groups: failingGroups.join(", ") })}</div>}
          {waived !== null && <div>{t("waivedBy", waived)}</div>}
        </>
      ),
    },
  ];
}

function resultOf({ passed, waived }: Gate): "passed" | "waived" | "failed" {
  return passed ? "passed" : waived === null ? "failed" : "waived";
}
