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

/** Null where the question is missing, an option is empty, or none of them is the right one. */
export function choiceItem(
  row: TaskRow,
  place: number,
  {
    stratum,
    options,
    answer,
  }: {
    readonly stratum: unknown;
    readonly options: readonly (readonly [label: string, text: unknown])[];
    readonly answer: string | null;
  },
): TextItem | null {
  const question = text(row.question);
  const read = options.map(([label, option]) => ({ label, text: text(option) ?? "" }));
  if (question === null || answer === null || !options.some(([label]) => label === answer)) return null;
  if (read.some((option) => option.text === "")) return null;
  return {
    kind: "choice",
    id: text(row.id) ?? String(place),
    stratum: text(stratum),
    context: "",
    question,
    options: read,
    answer,
  };
}
