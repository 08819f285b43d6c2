/** What the list of a unit says of each person. */
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import type { UnitList } from "../../../../src/serving/workspace/units/unit-list.ts";
import english from "../../../languages/en/worklist.json";
import type { TableColumn } from "../../controls/sortable-table.tsx";
import { Tag } from "../../controls/tag.tsx";
import { useCodes } from "../../language/codes.ts";
import { useTexts } from "../../language/texts.ts";
import { shortKey } from "../../patient/short-key.ts";
import { RiskCell } from "./risk-cell.tsx";

type Row = UnitList["rows"][number];
type Words = ReturnType<typeof useTexts<typeof english>>;

export function useUnitColumns(): readonly TableColumn<Row>[] {
  const t = useTexts("worklist", english);
  const code = useCodes();
  return useMemo(() => columnsOf(t, code), [t, code]);
}

function columnsOf(t: Words, code: ReturnType<typeof useCodes>): TableColumn<Row>[] {
  return [
    {
      id: "patient",
      title: t("patient"),
      value: ({ key, name }) => name ?? shortKey(key),
      cell: ({ key, name }) => (
        <>
          <Link to={`/patients/${key}`}>{name ?? shortKey(key)}</Link>
          {name !== null && <span className="small soft"> {shortKey(key)}</span>}
        </>
      ),
    },
    { id: "age", title: t("age"), value: ({ ageYears }) => ageYears, numeric: true },
    {
      id: "sex",
      title: t("sex"),
      value: ({ sex }) => (sex === null ? null : code("sex", sex)),
    },
    { id: "risk", title: t("risk"), value: ({ risk }) => risk, cell: (row) => <RiskCell {...row} /> },
    {
      id: "at",
      title: t("when"),
      value: ({ at }) => at,
      cell: ({ at }) => `${at.slice(0, 16).replace("T", " ")} UTC`,
    },
    {
      id: "last",
      title: t("last"),
      value: ({ daysSinceLast }) => daysSinceLast,
      cell: ({ daysSinceLast }) => (daysSinceLast === null ? "–" : t("daysBefore", { count: daysSinceLast })),
      numeric: true,
    },
    {
      id: "said",
      title: t("said"),
      value: ({ said }) => said?.said ?? null,
      cell: ({ said }) =>
        said === null ? (
          <span className="soft">{t("said.none")}</span>
        ) : (
          <Tag tone={said.said === "accepted" ? "good" : "bad"}>{t(`said.${said.said}`)}</Tag>
        ),
    },
  ];
}
