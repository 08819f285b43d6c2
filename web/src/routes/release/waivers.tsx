/** Who took the responsibility for which gate, why, and until when; what has ended says so. */
import { useMemo } from "react";
import type { ReleaseAnswer } from "../../../../src/serving/workspace/release/release-answer.ts";
import english from "../../../languages/en/release.json";
import { SortableTable, type TableColumn } from "../../controls/sortable-table.tsx";
import { Tag } from "../../controls/tag.tsx";
import { useTexts } from "../../language/texts.ts";
import { useSearchState } from "../../routing/search-state.ts";
import { Empty } from "../../states/states.tsx";

type Row = ReleaseAnswer["waivers"][number];

export function Waivers({ waivers }: Pick<ReleaseAnswer, "waivers">) {
  const t = useTexts("release", english);
  const [sort, setSort] = useSearchState("waivers", "-until");
  const columns = useMemo(() => columnsOf(t), [t]);
  return (
    <section className="panel stack" aria-labelledby="waivers">
      <h2 id="waivers">{t("waivers")}</h2>
      {waivers.length === 0 ? (
        <Empty title={t("noWaivers")} />
      ) : (
        <SortableTable
          caption={t("waiversCaption")}
          columns={columns}
          rows={waivers}
          rowKey={({ gate, outcome, by, at }) => [gate, outcome, by, at].join("|")}
          sort={sort}
          onSort={setSort}
        />
      )}
      <p className="small soft">{t("waiversWhy")}</p>
    </section>
  );
}

function columnsOf(t: ReturnType<typeof useTexts<typeof english>>): TableColumn<Row>[] {
  return [
    { id: "gate", title: t("gate"), value: ({ gate }) => gate },
    {
      id: "until",
      title: t("waiveUntil"),
      value: ({ until }) => until,
      cell: ({ until, ended }) => (
        <>
          {until} <Tag tone={ended ? "bad" : "good"}>{t(ended ? "ended" : "counts")}</Tag>
        </>
      ),
    },
    { id: "outcome", title: t("outcome"), value: ({ outcome }) => outcome ?? t("everyOutcome") },
    {
      id: "who",
      title: t("waivedName"),
      value: ({ by }) => by,
      cell: ({ by, at }) => `${by}, ${at.slice(0, 10)}`,
    },
    { id: "why", title: t("because"), value: ({ reason }) => reason },
    {
      id: "versions",
      title: t("ofVersions"),
      value: ({ versions }) => versions.join(", "),
      cell: ({ versions, served }) => `${versions.join(", ")}${served ? ` (${t("served")})` : ""}`,
    },
  ];
}
