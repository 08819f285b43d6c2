/** A table as CSV (RFC 4180); a cell that a spreadsheet would take for a formula is written as text. */
export type Cell = string | number | null;

export interface ChartTable {
  readonly columns: readonly string[];
  /** The first cell of each row names it. Numbers are written as they stand: round them before. */
  readonly rows: readonly (readonly Cell[])[];
}

/** Saves a table as a file. No address ever holds what is in it. */
export function saveCsv(name: string, table: ChartTable): void {
  const url = URL.createObjectURL(new Blob([csvOf(table)], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `${name}.csv`;
  link.click();
  URL.revokeObjectURL(url);
}

function csvOf({ columns, rows }: ChartTable): string {
  return [columns, ...rows].map((row) => row.map((cell) => written(cell)).join(",")).join("\r\n");
}

function written(cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell === "number") return String(cell);
  const text = /^[=+@\t]|^-(?!\d)/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
