/** What a row says in the code system of the dataset: none, one or (a row of many columns) several meanings. */
import { CODE_MISSING, CODE_UNMAPPED } from "../../errors/registry.ts";
import { type Refusal, rejected } from "../candidate-event.ts";
import type { CodeSource, CodeTarget } from "./mapping-sources.ts";
import { respelledIcd } from "./respelled-icd.ts";
import type { RowReader } from "./row-reader.ts";

export interface Meaning {
  readonly code: string;
  readonly unit: string | null;
  readonly display: string | null;
  /** Where the value stands, when the code's column is also the value's; null = as the table says. */
  readonly valueText: string | null;
  /** The value has already been used for the code, or there is none. */
  readonly valueless: boolean;
  /** The mapping's target, for what it says about the value. */
  readonly target: Extract<CodeTarget, { code: string }> | null;
  readonly isAge: boolean;
}

const PLAIN = {
  unit: null,
  display: null,
  valueText: null,
  valueless: false,
  target: null,
  isAge: false,
} as const;

/** @param valueText the row's value as written, for codes that depend on it; null = none */
export function meaningsOf(
  row: readonly string[],
  reader: RowReader,
  source: CodeSource,
  valueText: string | null,
): readonly (Meaning | Refusal)[] {
  if ("fixed" in source) {
    return [{ ...PLAIN, code: source.fixed, unit: source.unit ?? null, display: source.description ?? null }];
  }
  if ("columns" in source) return columnMeanings(row, reader, source);
  const text = reader.text(row, source.column);
  if (text === null) return [rejected(CODE_MISSING)];
  if ("prefix" in source) {
    return [{ ...PLAIN, code: source.prefix + respelledIcd(text, source.format ?? null) }];
  }
  const target = Object.hasOwn(source.codes, text) ? source.codes[text] : undefined;
  return [target === undefined ? rejected(CODE_UNMAPPED) : targetMeaning(target, valueText)];
}

function targetMeaning(target: CodeTarget, valueText: string | null): Meaning | Refusal {
  if ("drop" in target) return { fate: "dropped", reason: target.drop };
  if (valueText !== null && target.missing.includes(valueText)) {
    return { fate: "not an event", reason: "no result (a text that the mapping says is missing)" };
  }
  if ("birth" in target) return { ...PLAIN, code: "", isAge: true };
  const own = { unit: target.unit ?? null, display: target.description ?? null, target };
  if (target.values === undefined) return { ...PLAIN, ...own, code: target.code };
  if (valueText === null) return rejected(CODE_MISSING);
  const answer = Object.hasOwn(target.values, valueText) ? target.values[valueText] : undefined;
  if (answer === undefined) return rejected(CODE_UNMAPPED);
  if (typeof answer !== "string") return { fate: "dropped", reason: answer.drop };
  return { ...PLAIN, ...own, code: answer, valueless: true };
}

function columnMeanings(
  row: readonly string[],
  reader: RowReader,
  { columns, answers }: Extract<CodeSource, { columns: unknown }>,
): readonly (Meaning | Refusal)[] {
  const found: (Meaning | Refusal)[] = [];
  for (const name in columns) {
    const text = reader.text(row, name);
    if (text === null) continue;
    const { code, unit, description } = columns[name]!;
    const own = { ...PLAIN, unit: unit ?? null, display: description ?? null };
    if (answers === undefined) {
      found.push({ ...own, code, valueText: text });
      continue;
    }
    const answer = Object.hasOwn(answers, text) ? answers[text] : undefined;
    if (answer === undefined) found.push(rejected(CODE_UNMAPPED));
    else if (typeof answer === "string") found.push({ ...own, code: code + answer, valueless: true });
    else found.push({ fate: "dropped", reason: answer.drop });
  }
  return found;
}
