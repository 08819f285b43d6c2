/** The example people of a sandbox by one forecast. */
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Worklist as Answer } from "../../../../src/serving/workspace/worklist.ts";
import english from "../../../languages/en/worklist.json";
import { Choice } from "../../controls/choice.tsx";
import { LastingButton } from "../../controls/lasting-button.tsx";
import { SortableTable, type TableColumn } from "../../controls/sortable-table.tsx";
import { useAsked } from "../../data/queries.ts";
import { useCodes } from "../../language/codes.ts";
import { useTexts } from "../../language/texts.ts";
import { useSearchState } from "../../routing/search-state.ts";
import { Empty, Loaded } from "../../states/states.tsx";
import { LeastChoice, ListStatus, TaskChoice } from "./list-parts.tsx";
import { RiskCell } from "./risk-cell.tsx";

type Row = Answer["rows"][number];

export function ExampleList() {
  const t = useTexts("worklist", english);
  const query = useAsked<Answer>("/workspace/worklist");
  return (
    <Loaded query={query}>
      {(list) =>
        list.rows.length === 0 ? (
          <Empty title={t("none")}>
            <p>{t("noneWhy")}</p>
          </Empty>
        ) : (
          <List list={list} renew={() => void query.refetch()} renewing={query.isFetching} />
        )
      }
    </Loaded>
  );
}

interface ListProps {
  readonly list: Answer;
  readonly renewing: boolean;
  renew(): void;
}

function List({ list, renew, renewing }: ListProps) {
  const t = useTexts("worklist", english);
  const [task, setTask] = useSearchState("task", "0");
  const [least, setLeast] = useSearchState("least", "any");
  const [recent, setRecent] = useSearchState("recent", "any");
  const [sort, setSort] = useSearchState("sort", "-risk");
  const place = Math.min(list.tasks.length - 1, Math.max(0, Number(task) || 0));
  const chosen = list.tasks[place];
  const code = useCodes();
  const columns = useMemo(() => columnsOf(place, t, code), [place, t, code]);
  const rows = list.rows.filter(
    (row) =>
      (least === "any" || (row.risks[place]?.risk ?? -1) >= Number(least) / 100) &&
      (recent === "any" || (row.daysSinceLast ?? Number.POSITIVE_INFINITY) <= Number(recent)),
  );
  return (
    <>
      <div className="row">
        <TaskChoice tasks={list.tasks} value={String(place)} onChange={setTask} />
        <LeastChoice value={least} onChange={setLeast} />
        <Choice
          {...{ id: "recent", label: t("recent"), value: recent, onChange: setRecent }}
          options={[
            ["any", t("any")],
            ...["7", "31", "365"].map((days) => [days, t("days", { count: Number(days) })] as const),
          ]}
        />
        <LastingButton idle={renewing} onPress={renew}>
          {t("renew")}
        </LastingButton>
      </div>
      <ListStatus shown={rows.length} list={list} task={chosen} />
      {rows.length === 0 ? (
        <Empty title={t("filteredOut")} />
      ) : (
        <SortableTable
          caption={t("caption", { title: chosen?.title ?? "" })}
          columns={columns}
          rows={rows}
          rowKey={({ key }) => key}
          sort={sort}
          onSort={setSort}
        />
      )}
      <p className="small soft">{t("examples")}</p>
    </>
  );
}

function columnsOf(
  place: number,
  t: ReturnType<typeof useTexts<typeof english>>,
  code: ReturnType<typeof useCodes>,
): TableColumn<Row>[] {
  const risk = (row: Row) => row.risks[place]?.risk ?? null;
  return [
    {
      id: "name",
      title: t("patient"),
      value: ({ banner }) => banner.name ?? banner.number,
      cell: ({ key, banner }) => (
        <Link to={`/patients/${key}`}>{banner.name ?? banner.number ?? t("unnamed")}</Link>
      ),
    },
    { id: "age", title: t("age"), value: ({ banner }) => banner.ageYears, numeric: true },
    { id: "sex", title: t("sex"), value: ({ banner: { sex } }) => (sex === null ? null : code("sex", sex)) },
    { id: "number", title: t("number"), value: ({ banner }) => banner.number },
    {
      id: "risk",
      title: t("risk"),
      value: risk,
      cell: ({ risks }) => (
        <RiskCell {...(risks[place] ?? { risk: null, low: null, high: null, why: null })} />
      ),
    },
    {
      id: "last",
      title: t("last"),
      value: ({ daysSinceLast }) => daysSinceLast,
      cell: ({ daysSinceLast }) => (daysSinceLast === null ? "–" : t("daysAgo", { count: daysSinceLast })),
      numeric: true,
    },
    { id: "events", title: t("events"), value: ({ events }) => events, numeric: true },
  ];
}
