/** The site's releases: stage, names, and who approved each. */
import { useMemo } from "react";
import type { ReleaseAnswer } from "../../../../src/serving/workspace/release/release-answer.ts";
import english from "../../../languages/en/release.json";
import { SortableTable, type TableColumn } from "../../controls/sortable-table.tsx";
import { Tag } from "../../controls/tag.tsx";
import { useCodes } from "../../language/codes.ts";
import { useTexts } from "../../language/texts.ts";
import { useSearchState } from "../../routing/search-state.ts";
import { Empty } from "../../states/states.tsx";

type Row = ReleaseAnswer["releases"][number];

export function Registry({ releases, served }: Pick<ReleaseAnswer, "releases" | "served">) {
  const t = useTexts("release", english);
  const code = useCodes();
  const [sort, setSort] = useSearchState("by", "-made");
  const columns = useMemo(() => columnsOf(t, code, served), [t, code, served]);
  return (
    <section className="panel stack" aria-labelledby="registry">
      <h2 id="registry">{t("registry")}</h2>
      {releases.length === 0 ? (
        <Empty title={t("noReleases")}>
          <p>{t("noReleasesWhy")}</p>
        </Empty>
      ) : (
        <SortableTable
          caption={t("registryCaption")}
          columns={columns}
          rows={releases}
          rowKey={({ id }) => id}
          sort={sort}
          onSort={setSort}
        />
      )}
      <p className="small soft">{t("how")}</p>
    </section>
  );
}

function columnsOf(
  t: ReturnType<typeof useTexts<typeof english>>,
  code: ReturnType<typeof useCodes>,
  served: string,
): TableColumn<Row>[] {
  return [
    {
      id: "release",
      title: t("release"),
      value: ({ id }) => id,
      cell: ({ id }) => (
        <>
          <code>{id}</code> {id === served && <Tag tone="good">{t("served")}</Tag>}
        </>
      ),
    },
    { id: "version", title: t("version"), value: ({ version }) => version },
    { id: "stage", title: t("stage"), value: ({ stage }) => code("stage", stage) },
    { id: "verdict", title: t("word"), value: ({ verdict }) => verdict },
    {
      id: "made",
      title: t("made"),
      value: ({ createdAt }) => createdAt,
      cell: ({ createdAt }) => createdAt.slice(0, 10),
    },
    { id: "aliases", title: t("aliases"), value: ({ aliases }) => aliases.join(", ") || null },
    {
      id: "approvals",
      title: t("approvals"),
      value: ({ approvals }) => approvals.length,
      cell: ({ approvals }) =>
        approvals.map(({ by, role, at }) => t("approval", { by, role, at: at.slice(0, 10) })).join(", ") ||
        t("noApprovals"),
    },
  ];
}
