/** Whether each outcome of the site may be relied on today, and until when. */

import { useMemo } from "react";
import type { VettingAnswer } from "../../../../src/serving/workspace/vetting/vetting-answer.ts";
import english from "../../../languages/en/vetting.json";
import { SortableTable, type TableColumn } from "../../controls/sortable-table.tsx";
import { Tag } from "../../controls/tag.tsx";
import { useTexts } from "../../language/texts.ts";
import { useSearchState } from "../../routing/search-state.ts";

type Outcome = VettingAnswer["outcomes"][number];

export function Outcomes({ outcomes }: Pick<VettingAnswer, "outcomes">) {
  const t = useTexts("vetting", english);
  const [sort, setSort] = useSearchState("sort", "");
  const columns = useMemo<TableColumn<Outcome>[]>(
    () => [
      { id: "outcome", title: t("outcome"), value: ({ name }) => name },
      {
        id: "status",
        title: t("status"),
        value: ({ status }) => status,
        cell: ({ status, demonstration }) => (
          <Tag tone={status !== "vetted" ? "bad" : demonstration ? "neutral" : "good"}>
            {status === "vetted" && demonstration ? `${status}, ${t("demo")}` : status}
          </Tag>
        ),
      },
      { id: "by", title: t("vettedBy"), value: ({ vettedBy }) => vettedBy.join(", ") || "–" },
      { id: "until", title: t("until"), value: ({ expiresAt }) => expiresAt ?? "–" },
    ],
    [t],
  );
  return (
    <section className="panel stack" aria-labelledby="outcomes">
      <h2 id="outcomes">{t("outcomes")}</h2>
      <SortableTable
        caption={t("outcomesCaption")}
        columns={columns}
        rows={outcomes}
        rowKey={({ name }) => name}
        sort={sort}
        onSort={setSort}
      />
    </section>
  );
}
