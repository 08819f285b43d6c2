/**
 * MedMCQA (Pal et al. 2022): options `opa` … `opd`, the right one in `cop`. The authors' files count it from 1, the rows of
 * the hub from 0, and unlabelled test rows say -1. Which it is, all rows of a file tell together: a 0 or a 4 among them.
 * Where neither is there, nothing is guessed.
 */
import { LongitudeError } from "../../errors/longitude-error.ts";
import { TEXT_TASK_FORMAT } from "../../errors/registry.ts";
import { choiceItem, type TaskFormat, text } from "./task-format.ts";
import type { TaskRow } from "./task-rows.ts";
import type { TextItem } from "./text-item.ts";

const LETTERS = "ABCD";
/** The options and the right one. */
const FIELDS = ["opa", "opb", "opc", "opd", "cop"];

export function medMcqaFrom(first: 0 | 1): TaskFormat {
  return {
    title: `multiple choice (MedMCQA, \`cop\` counted from ${first})`,
    fields: FIELDS,
    item: (row, place) => itemOf(row, place, first),
  };
}

export const medMcqa: TaskFormat = {
  title: "multiple choice (MedMCQA)",
  fields: FIELDS,
  item: (row, place) => itemOf(row, place, null),
  reader(rows) {
    const first = countedFrom(rows);
    return (row, place) => itemOf(row, place, first);
  },
};

/** Null where letters say it. @throws TEXT_TASK_FORMAT */
function countedFrom(rows: readonly TaskRow[]): 0 | 1 | null {
  const said = new Set(rows.map(({ cop }) => text(cop)?.trim() ?? ""));
  const [zero, four] = [said.has("0"), said.has("4")];
  if (zero !== four) return zero ? 0 : 1;
  if (![...said].some((one) => /^\d$/.test(one))) return null;
  throw new LongitudeError(
    TEXT_TASK_FORMAT,
    zero
      ? "MedMCQA: `cop` is 0 in some rows and 4 in others"
      : "MedMCQA: no row has a `cop` of 0 or 4, so that nothing tells from where it is counted",
    {
      remedy:
        "Say it: --task medmcqa-from-0 (rows of the hub) or --task medmcqa-from-1 (the authors' files).",
    },
  );
}

function itemOf(row: TaskRow, place: number, first: 0 | 1 | null): TextItem | null {
  const cop = text(row.cop)?.trim() ?? "";
  const letter = /^[a-d]$/i.test(cop) ? cop.toUpperCase() : undefined;
  const right = letter ?? (first === null ? undefined : LETTERS[Number(cop === "" ? -1 : cop) - first]);
  return choiceItem(row, place, {
    stratum: row.subject_name,
    options: [...LETTERS].map((label, i) => [label, row[FIELDS[i] as string]]),
    answer: right ?? null,
  });
}
