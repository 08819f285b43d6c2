/**
 * A table whose columns sort, by TanStack Table: each header that sorts is a button, the sorted one says so (`aria-sort`), and
 * how it is sorted may be kept in the page's address.
 */
import {
  createColumnHelper,
  createSortedRowModel,
  rowSortingFeature,
  sortFn_alphanumeric,
  sortFn_text,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { type ReactNode, useMemo } from "react";
import "./sortable-table.css";

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { text: sortFn_text, alphanumeric: sortFn_alphanumeric },
});

export interface TableColumn<Row> {
  readonly id: string;
  readonly title: string;
  /** What is sorted by. */
  value(row: Row): string | number | null;
  /** What is shown; the value itself when left out. */
  cell?(row: Row): ReactNode;
  readonly numeric?: boolean;
}

export interface SortableTableProps<Row> {
  readonly caption: string;
  /** Keep it the same between renders. The first column names the row. */
  readonly columns: readonly TableColumn<Row>[];
  readonly rows: readonly Row[];
  rowKey(row: Row): string;
  /** `name` or `-name`: the column that is sorted by, with a minus for the largest first. */
  readonly sort: string;
  onSort(sort: string): void;
  /** Of the sorted rows, those of one page; all when left out. */
  readonly from?: number;
  readonly most?: number;
}

export function SortableTable<Row>({
  caption,
  columns,
  rows,
  rowKey,
  sort,
  onSort,
  from = 0,
  most = Number.POSITIVE_INFINITY,
}: SortableTableProps<Row>) {
  const definitions = useMemo(() => {
    const helper = createColumnHelper<typeof features, Row & object>();
    return helper.columns(
      columns.map(({ id, title, value }) =>
        helper.accessor((row) => value(row) ?? undefined, { id, header: title, sortUndefined: "last" }),
      ),
    );
  }, [columns]);
  const sorting = useMemo(
    () => (sort === "" ? [] : [{ id: sort.replace(/^-/, ""), desc: sort.startsWith("-") }]),
    [sort],
  );
  const data = rows as readonly (Row & object)[];
  const table = useTable({ features, columns: definitions, data, state: { sorting } });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard
    <section className="scroll" tabIndex={0} aria-label={caption}>
      <table className="sortable">
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ id, title, numeric }) => {
              const sorted = sort === id ? "ascending" : sort === `-${id}` ? "descending" : "none";
              const next = sorted === "descending" ? id : `-${id}`;
              return (
                <th
                  key={id}
                  scope="col"
                  aria-sort={sorted}
                  className={numeric === true ? "number" : undefined}
                >
                  <button type="button" onClick={() => onSort(next)}>
                    {title}{" "}
                    <span aria-hidden="true">{{ ascending: "▲", descending: "▼", none: "↕" }[sorted]}</span>
                  </button>
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {table
            .getRowModel()
            .rows.slice(from, from + most)
            .map(({ original }) => (
              <tr key={rowKey(original)}>
                {columns.map((column, i) => {
                  const shown = column.cell?.(original) ?? column.value(original) ?? "–";
                  return i === 0 ? (
                    <th key={column.id} scope="row">
                      {shown}
                    </th>
                  ) : (
                    <td key={column.id} className={column.numeric === true ? "number" : undefined}>
                      {shown}
                    </td>
                  );
                })}
              </tr>
            ))}
        </tbody>
      </table>
    </section>
  );
}
