/** Which code systems the records use, and how much of them is of no standard system, of wrong form, or unknown to everybody. */
import { useMemo } from "react";
import { count, percent } from "../../../../src/drawing/number-text.ts";
import type { QualityAnswer } from "../../../../src/serving/workspace/building/quality-answer.ts";
import english from "../../../languages/en/quality.json";
import { SortableTable, type TableColumn } from "../../controls/sortable-table.tsx";
import { Tag } from "../../controls/tag.tsx";
import { useTexts } from "../../language/texts.ts";
import { useSearchState } from "../../routing/search-state.ts";

type System = QualityAnswer["systems"][number];

export function Systems({ systems, least }: { readonly systems: readonly System[]; readonly least: number }) {
  const t = useTexts("quality", english);
  const [sort, setSort] = useSearchState("sort", "-events");
  const columns = useMemo<TableColumn<System>[]>(() => {
    const share = (value: number | null) => (value === null ? t("few", { least }) : percent(value, 2));
    return [
      { id: "system", title: t("system"), value: ({ system }) => (system === "" ? t("noSystem") : system) },
      {
        id: "standard",
        title: t("standard"),
        value: ({ standard }) => (standard ? 1 : 0),
        cell: ({ standard }) => <Tag tone={standard ? "good" : "neutral"}>{t(standard ? "yes" : "no")}</Tag>,
      },
      {
        id: "events",
        title: t("events"),
        value: ({ events }) => events,
        cell: ({ events }) => (events === null ? t("few", { least }) : count(events)),
        numeric: true,
      },
      { id: "codes", title: t("codes"), value: ({ codes }) => codes, numeric: true },
      {
        id: "malformed",
        title: t("malformed"),
        value: ({ malformed }) => malformed,
        cell: ({ malformed }) => share(malformed),
        numeric: true,
      },
      {
        id: "orphans",
        title: t("orphans"),
        value: ({ orphans }) => orphans,
        cell: ({ orphans }) => share(orphans),
        numeric: true,
      },
    ];
  }, [t, least]);
  return (
    <section className="panel" aria-labelledby="systems">
      <h2 id="systems">{t("systems")}</h2>
      <SortableTable
        caption={t("systemsCaption")}
        columns={columns}
        rows={systems}
        rowKey={({ system }) => system}
        sort={sort}
        onSort={setSort}
      />
    </section>
  );
}
