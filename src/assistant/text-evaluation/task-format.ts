/** How one public format of a benchmark becomes items. */
import type { TaskRow } from "./task-rows.ts";
import type { TextItem } from "./text-item.ts";

export interface TaskFormat {
  readonly title: string;
  /** Fields by which a file of this format is known. */
  readonly fields: readonly string[];
  /** Null when the row lacks what it needs. */
  item(row: TaskRow, place: number): TextItem | null;
  /** `item` for these very rows, where only all of them together tell how one is to be read. @throws TEXT_TASK_FORMAT */
  reader?(rows: readonly TaskRow[]): TaskFormat["item"];
}

/** Text with something in it; a number as it is written. */
export function text(value: unknown): string | null {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value.trim() !== "" ? value : null;
}
