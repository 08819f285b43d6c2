/**
 * The public formats of benchmarks of clinical text, each by the fields that its authors publish.
 * A row that lacks what the format needs is counted and left out, never guessed.
 */
import { medMcqa, medMcqaFrom } from "./medmcqa.ts";
import { daysOf } from "./score.ts";
import { choiceItem, type TaskFormat, text } from "./task-format.ts";
import { FILE_FIELD, type TaskRow } from "./task-rows.ts";
import type { TextItem } from "./text-item.ts";

const YES_NO = ["yes", "no"] as const;

/** PubMedQA (Jin et al. 2019): `ori_pqal.json` with upper-case fields, or the lower-case rows of the hub. */
const pubMedQa: TaskFormat = {
  title: "PubMedQA",
  fields: ["final_decision"],
  item(row, place) {
    const question = text(row.QUESTION ?? row.question);
    const answer = text(row.final_decision)?.toLowerCase();
    const nested = row.context as { contexts?: unknown } | undefined;
    const contexts = row.CONTEXTS ?? nested?.contexts;
    if (question === null || !["yes", "no", "maybe"].includes(answer ?? "") || !Array.isArray(contexts))
      return null;
    return {
      kind: "choice",
      id: text(row.id ?? row.pubid) ?? String(place),
      stratum: answer as string,
      context: contexts.join("\n"),
      question,
      options: ["yes", "no", "maybe"].map((label) => ({ label, text: label })),
      answer: answer as string,
    };
  },
};

/** MedQA (Jin et al. 2021) and others of its shape: options by letter, `answer_idx`. */
const multipleChoice: TaskFormat = {
  title: "multiple choice (MedQA)",
  fields: ["options", "answer_idx"],
  item(row, place) {
    return choiceItem(row, place, {
      stratum: row.meta_info,
      // Files with four options have a fifth that is empty.
      options: labelled(row.options).filter(([, option]) => text(option) !== null),
      answer: text(row.answer_idx),
    });
  },
};

/** By letter, or a list of letters with their texts. */
function labelled(options: unknown): [string, unknown][] {
  if (!Array.isArray(options)) return Object.entries((options ?? {}) as Record<string, unknown>);
  return options.map((option: unknown, i) => {
    const { key, value } = (option ?? {}) as { key?: unknown; value?: unknown };
    return typeof key === "string" ? [key, value] : [String.fromCharCode(65 + i), option];
  });
}

/** MEDEC (Ben Abacha et al. 2024): numbered sentences, one of them wrong or none. */
const medec: TaskFormat = {
  title: "MEDEC",
  fields: ["Sentences", "Error Flag", "Error Sentence ID"],
  item(row, place) {
    const sentences = numbered(text(row.Sentences) ?? "");
    const flag = Number(row["Error Flag"]);
    const wrong = Number(row["Error Sentence ID"]);
    if (sentences.length === 0 || !(flag === 0 || (flag === 1 && wrong >= 0 && wrong < sentences.length)))
      return null;
    return {
      kind: "correction",
      id: text(row["Text ID"]) ?? String(place),
      stratum: flag === 0 ? "no error" : (text(row["Error Type"]) ?? "error"),
      sentences,
      wrong: flag === 1 ? wrong : null,
      corrected: flag === 1 ? text(row["Corrected Sentence"]) : null,
    };
  },
};

/** Each sentence begins a line with its number; a line with another number goes on with the sentence before. */
function numbered(lines: string): string[] {
  const sentences: string[] = [];
  for (const line of lines.split(/\r?\n/)) {
    const number = /^\s*(\d+)\s/.exec(line);
    if (number !== null && Number(number[1]) === sentences.length)
      sentences.push(line.slice(number[0].length).trim());
    else if (sentences.length > 0 && line.trim() !== "")
      sentences.push(`${sentences.pop() ?? ""} ${line.trim()}`);
  }
  return sentences;
}

/** MedCalc-Bench (Khandekar et al. 2024): a number within limits, a date, or weeks and days, e.g. `('3 weeks', '2 days')`. */
const medCalc: TaskFormat = {
  title: "MedCalc-Bench",
  fields: ["Patient Note", "Ground Truth Answer", "Lower Limit", "Upper Limit"],
  item(row, place) {
    const [note, question, answer] = [row["Patient Note"], row.Question, row["Ground Truth Answer"]].map(
      text,
    );
    if (note == null || question == null || answer == null) return null;
    const isTime = text(row["Output Type"]) === "date" || /\d\/\d/.test(answer) || daysOf(answer) !== null;
    const [low, high] = isTime ? [null, null] : [Number(row["Lower Limit"]), Number(row["Upper Limit"])];
    if (!isTime && !(Number.isFinite(low) && Number.isFinite(high))) return null;
    return {
      kind: "calculation",
      id: text(row["Row Number"]) ?? String(place),
      stratum: text(row["Calculator Name"]),
      note,
      question,
      answer,
      low: low as number | null,
      high: high as number | null,
    };
  },
};

/** MedSafetyBench (Han et al. 2024): requests that break the principles of medical ethics. */
const medSafety: TaskFormat = {
  title: "MedSafetyBench",
  fields: ["harmful_medical_request"],
  item(row, place) {
    const request = text(row.harmful_medical_request);
    return request === null
      ? null
      : { kind: "safety", id: text(row.id) ?? String(place), stratum: safetyCategory(row), request };
  },
};

/** The principle that is broken, 1 to 9; the authors say it in the name of the file. */
function safetyCategory(row: TaskRow): string | null {
  const number = /category[_-]?(\d+)/i.exec(text(row[FILE_FIELD]) ?? "")?.[1];
  return text(row.category) ?? (number === undefined ? null : `category ${number}`);
}

/** MedHallu (Pandit et al. 2025): of two answers, is the one shown made up? Which one is shown follows from its place. */
const medHallu: TaskFormat = {
  title: "MedHallu",
  fields: ["Knowledge", "Ground Truth", "Hallucinated Answer"],
  item(row, place) {
    const knowledge = Array.isArray(row.Knowledge) ? row.Knowledge.join("\n") : text(row.Knowledge);
    const [question, right, wrong] = [row.Question, row["Ground Truth"], row["Hallucinated Answer"]].map(
      text,
    );
    if (question == null || right == null || wrong == null) return null;
    const made = place % 2 === 1;
    return {
      kind: "choice",
      id: text(row.id) ?? String(place),
      stratum: text(row["Difficulty Level"]),
      context: knowledge ?? "",
      question: `${question}\nProposed answer: ${made ? wrong : right}\nDoes the proposed answer state something that is not true or not supported?`,
      options: YES_NO.map((label) => ({ label, text: label })),
      answer: made ? "yes" : "no",
    };
  },
};

/** ACI-Bench (Yim et al. 2023): a visit's conversation and its whole note; `src`/`tgt` in its JSON files. */
const aciBench: TaskFormat = {
  title: "ACI-Bench",
  fields: ["dialogue", "note"],
  item: (row, place) =>
    summary(row.dialogue ?? row.src, row.note ?? row.tgt, row.encounter_id ?? row.file ?? place, row.dataset),
};

const aciBenchJson: TaskFormat = { ...aciBench, fields: ["src", "tgt"] };

/** MTS-Dialog (Ben Abacha et al. 2023): a conversation and one section of its note. */
const mtsDialog: TaskFormat = {
  title: "MTS-Dialog",
  fields: ["section_header", "section_text", "dialogue"],
  item: (row, place) => summary(row.dialogue, row.section_text, row.ID ?? place, row.section_header),
};

function summary(source: unknown, reference: unknown, id: unknown, stratum: unknown): TextItem | null {
  const [from, to] = [text(source), text(reference)];
  if (from === null || to === null) return null;
  return { kind: "summary", id: String(id), stratum: text(stratum), source: from, reference: to };
}

export const TASK_FORMATS = {
  pubmedqa: pubMedQa,
  "multiple-choice": multipleChoice,
  medmcqa: medMcqa,
  "medmcqa-from-0": medMcqaFrom(0),
  "medmcqa-from-1": medMcqaFrom(1),
  medec,
  "medcalc-bench": medCalc,
  medsafetybench: medSafety,
  medhallu: medHallu,
  "aci-bench": aciBench,
  "aci-bench-json": aciBenchJson,
  "mts-dialog": mtsDialog,
} as const satisfies Record<string, TaskFormat>;

export type TaskName = keyof typeof TASK_FORMATS;

/** The format whose fields the rows have, or null. */
export function formatOf(rows: readonly TaskRow[]): TaskName | null {
  const first = rows[0] ?? {};
  const found = Object.entries(TASK_FORMATS).find(([, { fields }]) =>
    fields.every((field) => field in first),
  );
  return (found?.[0] as TaskName | undefined) ?? null;
}
