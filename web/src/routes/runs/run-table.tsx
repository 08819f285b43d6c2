/** Runs as a table; the button of a row opens that run below. */
import { useMemo } from "react";
import { count, fixed, percent } from "../../../../src/drawing/number-text.ts";
import type { Run } from "../../../../src/serving/workspace/building/runs-answer.ts";
import english from "../../../languages/en/runs.json";
import { SortableTable, type TableColumn } from "../../controls/sortable-table.tsx";
import { Tag, type Tone } from "../../controls/tag.tsx";
import { useTexts } from "../../language/texts.ts";
import { durationText, shortId } from "./run-text.ts";

const TONES: Readonly<Record<Run["status"], Tone>> = {
  finished: "good",
  training: "neutral",
  stopped: "neutral",
  failed: "bad",
};

export interface RunTableProps {
  readonly runs: readonly Run[];
  readonly sort: string;
  onSort(sort: string): void;
  readonly chosen: string;
  onChoose(id: string): void;
}

export function RunTable({ runs, sort, onSort, chosen, onChoose }: RunTableProps) {
  const t = useTexts("runs", english);
  const columns = useMemo<TableColumn<Run>[]>(
    () => [
      {
        id: "id",
        title: t("run"),
        value: ({ id }) => id,
        cell: ({ id, served }) => (
          <>
            <button
              type="button"
              className="button quiet"
              aria-pressed={id === chosen}
              onClick={() => onChoose(id)}
            >
              <code>{shortId(id)}</code>
              {id === chosen && ` ${t("open")}`}
            </button>
            {served && <Tag tone="good">{t("served")}</Tag>}
          </>
        ),
      },
      {
        id: "status",
        title: t("status"),
        value: ({ status }) => status,
        cell: ({ status, done, code }) => (
          <Tag tone={TONES[status]}>
            {t(`status.${status}`)}
            {status === "training" && `, ${percent(done)}`}
            {code !== null && `, ${code}`}
          </Tag>
        ),
      },
      { id: "stage", title: t("stage"), value: ({ stage }) => stage },
      {
        id: "at",
        title: t("at"),
        value: ({ at }) => at,
        cell: ({ at }) => at.slice(0, 16).replace("T", " "),
      },
      {
        id: "loss",
        title: t("tuningLoss"),
        value: ({ tuningLoss }) => tuningLoss,
        cell: ({ tuningLoss }) => (tuningLoss === null ? "–" : fixed(tuningLoss, 3)),
        numeric: true,
      },
      {
        id: "parameters",
        title: t("parameters"),
        value: ({ parameters }) => parameters,
        cell: ({ parameters }) => (parameters === null ? "–" : count(parameters)),
        numeric: true,
      },
      { id: "depth", title: t("depth"), value: ({ depth }) => depth, numeric: true },
      { id: "epochs", title: t("epochs"), value: ({ epochs }) => epochs, numeric: true },
      {
        id: "seconds",
        title: t("time"),
        value: ({ seconds }) => seconds,
        cell: ({ seconds }) => (seconds === null ? "–" : durationText(seconds)),
        numeric: true,
      },
      {
        id: "data",
        title: t("data"),
        value: ({ data }) => data,
        cell: ({ data }) => (data === null ? "–" : <code>{shortId(data)}</code>),
      },
      {
        id: "configuration",
        title: t("configuration"),
        value: ({ configuration }) => configuration,
        cell: ({ configuration }) => <code>{configuration}</code>,
      },
    ],
    [t, chosen, onChoose],
  );
  return (
    <SortableTable
      caption={t("caption")}
      columns={columns}
      rows={runs}
      rowKey={({ id }) => id}
      sort={sort}
      onSort={onSort}
    />
  );
}
