/** The list of one unit: one row a person with the newest forecast that was shown there; filtered, sorted and paged in the page. */
import { useEffect, useMemo, useState } from "react";
import type { UnitList as Answer } from "../../../../src/serving/workspace/units/unit-list.ts";
import english from "../../../languages/en/worklist.json";
import { Choice } from "../../controls/choice.tsx";
import { LastingButton } from "../../controls/lasting-button.tsx";
import { SortableTable } from "../../controls/sortable-table.tsx";
import { useAsked } from "../../data/queries.ts";
import { useCodes } from "../../language/codes.ts";
import { useTexts } from "../../language/texts.ts";
import { useSearchState } from "../../routing/search-state.ts";
import { Empty, Loaded, Partial, Stale } from "../../states/states.tsx";
import { LeastChoice, ListStatus, TaskChoice } from "./list-parts.tsx";
import { useUnitColumns } from "./unit-columns.tsx";

const SPANS = ["1", "7", "31"];
const PAGE = 25;
const OLD_MS = 10 * 60_000;

interface UnitListProps {
  readonly unit: string;
  readonly name: string;
}

export function UnitList({ unit, name }: UnitListProps) {
  const t = useTexts("worklist", english);
  const code = useCodes();
  const [days, setDays] = useSearchState("days", "7");
  const [task, setTask] = useSearchState("task", "0");
  const asked = new URLSearchParams({
    unit,
    days: SPANS.includes(days) ? days : "7",
    task: /^\d{1,3}$/.test(task) ? task : "0",
  });
  const query = useAsked<Answer>(`/workspace/units/list?${asked}`);
  return (
    <Loaded query={query}>
      {(list) => (
        <>
          <div className="row">
            <TaskChoice tasks={list.tasks} value={String(list.task)} onChange={setTask} />
            <Choice
              {...{ id: "days", label: t("span"), value: String(list.days), onChange: setDays }}
              options={SPANS.map((span) => [span, t("days", { count: Number(span) })] as const)}
            />
            <LastingButton idle={query.isFetching} onPress={() => void query.refetch()}>
              {t("renew")}
            </LastingButton>
          </div>
          {list.tasks[list.task]?.shown === true ? (
            <List list={list} name={name} />
          ) : (
            <Empty title={t("notShown", { unit: name })}>
              <p>{t("notShownWhy", { stage: code("stage", list.tasks[list.task]?.stage ?? "–") })}</p>
            </Empty>
          )}
        </>
      )}
    </Loaded>
  );
}

function List({ list, name }: { readonly list: Answer; readonly name: string }) {
  const t = useTexts("worklist", english);
  const [least, setLeast] = useSearchState("least", "any");
  const [given, setGiven] = useSearchState("given", "any");
  const [said, setSaid] = useSearchState("said", "any");
  const [sort, setSort] = useSearchState("sort", "-risk");
  const [page, setPage] = useSearchState("page", "1");
  const old = useOlderThan(list.at, OLD_MS);
  const columns = useUnitColumns();
  const rows = useMemo(
    () =>
      list.rows.filter(
        (row) =>
          (least === "any" || (row.risk ?? -1) >= Number(least) / 100) &&
          (given === "any" || (row.risk !== null) === (given === "yes")) &&
          (said === "any" || (row.said?.said ?? "none") === said),
      ),
    [list, least, given, said],
  );
  const chosen = list.tasks[list.task];
  const pages = Math.max(1, Math.ceil(rows.length / PAGE));
  const place = Math.min(pages, Math.max(1, Number(page) || 1));
  const from = (place - 1) * PAGE;
  const filtered = (set: (value: string) => void) => (value: string) => {
    set(value);
    if (page !== "1") setPage("1");
  };
  if (list.rows.length === 0)
    return (
      <Empty title={t("nobody", { unit: name })}>
        <p>{t("nobodyWhy")}</p>
      </Empty>
    );
  return (
    <>
      {old && (
        <Stale since={list.at}>
          <p>{t("oldWhy")}</p>
        </Stale>
      )}
      {list.more && (
        <Partial title={t("more", { count: list.rows.length })}>
          <p>{t("moreWhy")}</p>
        </Partial>
      )}
      <div className="row">
        <LeastChoice value={least} onChange={filtered(setLeast)} />
        <Choice
          {...{ id: "given", label: t("given"), value: given, onChange: filtered(setGiven) }}
          options={[
            ["any", t("any")],
            ["yes", t("givenYes")],
            ["no", t("givenNo")],
          ]}
        />
        <Choice
          {...{ id: "said", label: t("said"), value: said, onChange: filtered(setSaid) }}
          options={[
            ["any", t("any")],
            ["none", t("said.none")],
            ["accepted", t("said.accepted")],
            ["overridden", t("said.overridden")],
          ]}
        />
      </div>
      <ListStatus shown={rows.length} list={list} task={chosen} />
      {rows.length === 0 ? (
        <Empty title={t("filteredOut")} />
      ) : (
        <SortableTable
          caption={t("caption", { title: chosen?.title ?? "" })}
          {...{ columns, rows, sort, from, most: PAGE }}
          rowKey={({ key }) => key}
          onSort={setSort}
        />
      )}
      {pages > 1 && (
        <nav className="row" aria-label={t("pages")}>
          <LastingButton idle={place === 1} onPress={() => setPage(String(place - 1))}>
            {t("before")}
          </LastingButton>
          <span>{t("page", { page: place, of: pages })}</span>
          <LastingButton idle={place === pages} onPress={() => setPage(String(place + 1))}>
            {t("after")}
          </LastingButton>
        </nav>
      )}
      <p className="small soft">{t("keys")}</p>
    </>
  );
}

/** ms since 1970, by the browser's clock. */
const browserTime = () => performance.timeOrigin + performance.now();

/** Whether what was asked at `at` (ISO) is older by now; looked at each half minute, and nothing is asked for it. */
function useOlderThan(at: string, ms: number): boolean {
  const [now, setNow] = useState(() => browserTime());
  useEffect(() => {
    setNow(browserTime());
    const looking = setInterval(() => setNow(browserTime()), 30_000);
    return () => clearInterval(looking);
  }, []);
  return now - Date.parse(at) > ms;
}
