/**
 * A model on a benchmark of clinical text: every item with its answer and what it was worth, and each figure with an interval
 * over items, beside what always giving the commonest answer would get.
 */
import { createRandom, type Random } from "../../effects/random.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { TEXT_TASK_FORMAT } from "../../errors/registry.ts";
import { drawResamples } from "../../evaluation/measures/bootstrap.ts";
import { estimateOver, weightedMean } from "../../evaluation/measures/estimate-over.ts";
import { MOST_TOKENS, PROMPTS_VERSION, promptOf } from "./prompts.ts";
import { type Score, scoreOf } from "./score.ts";
import type { TaskFormat } from "./task-format.ts";
import { formatOf, TASK_FORMATS, type TaskName } from "./task-formats.ts";
import type { TaskRow } from "./task-rows.ts";
import type { ChoiceItem, TextItem } from "./text-item.ts";
import type { TextModel } from "./text-model.ts";

export interface Figure {
  readonly value: number;
  /** 95 %, percentile bootstrap over items. */
  readonly low: number;
  readonly high: number;
  readonly n: number;
}

export interface ItemRecord {
  readonly id: string;
  readonly kind: TextItem["kind"];
  readonly stratum: string | null;
  readonly prompt: string;
  readonly answer: string;
  readonly understood: string | null;
  readonly figures: Score["figures"];
  /** Why there is no answer; null where there is one. */
  readonly failed: string | null;
}

export interface TextEvaluation {
  readonly schema: "longitude.text-evaluation/1";
  readonly task: TaskName;
  readonly title: string;
  readonly model: string;
  /** Whether options were compared by likelihood, or read out of what was written. */
  readonly how: "likelihood" | "written";
  readonly prompts: string;
  readonly seed: number;
  readonly items: number;
  /** Rows that lack what the format needs. */
  readonly leftOut: number;
  /** Items to which the model gave no answer; they count as wrong. */
  readonly failed: number;
  readonly figures: Readonly<Record<string, Figure>>;
  readonly strata: Readonly<Record<string, Readonly<Record<string, Figure>>>>;
  /** Share of the commonest answer; null where answers are no choice. */
  readonly commonestAnswer: number | null;
}

export interface EvaluateTextOptions {
  readonly rows: readonly TaskRow[];
  /** Told from the rows' fields when absent. */
  readonly task?: TaskName | undefined;
  readonly model: TextModel;
  /** Items at the most, drawn by `seed`; all when absent. */
  readonly limit?: number | undefined;
  readonly seed: number;
}

const RESAMPLES = 1000;
const FEWEST_OF_STRATUM = 5;

/** Yields each item as it is answered. @throws TEXT_TASK_FORMAT */
export async function* evaluateText(
  options: EvaluateTextOptions,
): AsyncGenerator<
  { readonly record: ItemRecord; readonly done: number; readonly total: number },
  TextEvaluation
> {
  const { rows, model, limit, seed } = options;
  const task = options.task ?? formatOf(rows);
  if (task === null)
    throw new LongitudeError(
      TEXT_TASK_FORMAT,
      `the file's fields are those of none of ${Object.keys(TASK_FORMATS).join(", ")}`,
    );
  const format: TaskFormat = TASK_FORMATS[task];
  const itemOf = format.reader?.(rows) ?? format.item;
  const all = rows.flatMap((row, i) => itemOf(row, i) ?? []);
  if (all.length === 0)
    throw new LongitudeError(TEXT_TASK_FORMAT, `none of ${rows.length} rows has what ${format.title} needs`);
  const random = createRandom(seed);
  const chosen =
    limit === undefined
      ? all
      : random
          .fork("items")
          .shuffle([...all])
          .slice(0, limit);
  const records: ItemRecord[] = [];
  for (const item of chosen) {
    const record = await answered(item, model);
    records.push(record);
    yield { record, done: records.length, total: chosen.length };
  }
  return {
    schema: "longitude.text-evaluation/1",
    task,
    title: format.title,
    model: model.name,
    how: model.likelihoods !== null && chosen[0]?.kind === "choice" ? "likelihood" : "written",
    prompts: PROMPTS_VERSION,
    seed,
    items: records.length,
    leftOut: rows.length - all.length,
    failed: records.filter(({ failed }) => failed !== null).length,
    figures: figuresOf(records, seed),
    strata: strataOf(records, seed),
    commonestAnswer: commonest(chosen),
  };
}

async function answered(item: TextItem, model: TextModel): Promise<ItemRecord> {
  const prompt = promptOf(item);
  const about = { id: item.id, kind: item.kind, stratum: item.stratum, prompt };
  try {
    const answer = await answerOf(item, prompt, model);
    return { ...about, answer, ...scoreOf(item, answer), failed: null };
  } catch (error) {
    const failed = error instanceof LongitudeError ? error.code : "no answer";
    return { ...about, answer: "", ...scoreOf(item, ""), failed };
  }
}

/** Where the model can say how likely an option is, the likeliest; else what it writes. */
async function answerOf(item: TextItem, prompt: string, model: TextModel): Promise<string> {
  if (item.kind !== "choice" || model.likelihoods === null)
    return model.complete(prompt, MOST_TOKENS[item.kind]);
  const likelihoods = await model.likelihoods(
    prompt,
    item.options.map(({ label }) => ` ${label}`),
  );
  const best = likelihoods.indexOf(Math.max(...likelihoods));
  return item.options[best]?.label ?? "";
}

function figuresOf(records: readonly ItemRecord[], seed: number): Record<string, Figure> {
  const names = [...new Set(records.flatMap(({ figures }) => Object.keys(figures)))];
  return Object.fromEntries(
    names.map((name) => {
      const values = records.flatMap(({ figures }) => figures[name] ?? []);
      return [name, meanOf(values, createRandom(seed).fork(`interval ${name}`))];
    }),
  );
}

function meanOf(values: readonly number[], random: Random): Figure {
  const resamples = drawResamples(values.length, RESAMPLES, random);
  const estimate = estimateOver(
    resamples,
    (weights) => weightedMean(values, weights),
    "bootstrap over items",
  );
  if (estimate === null) throw new TypeError("a figure without a single value");
  const { value, low, high, n } = estimate;
  return { value, low, high, n };
}

function strataOf(records: readonly ItemRecord[], seed: number): TextEvaluation["strata"] {
  const groups = new Map<string, ItemRecord[]>();
  for (const record of records)
    if (record.stratum !== null) groups.set(record.stratum, [...(groups.get(record.stratum) ?? []), record]);
  return Object.fromEntries(
    [...groups]
      .filter(([, of]) => of.length >= FEWEST_OF_STRATUM)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, of]) => [name, figuresOf(of, seed)]),
  );
}

function commonest(items: readonly TextItem[]): number | null {
  const answers = items
    .filter((item): item is ChoiceItem => item.kind === "choice")
    .map(({ answer }) => answer);
  if (answers.length === 0) return null;
  const counts = new Map<string, number>();
  for (const answer of answers) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  return Math.max(...counts.values()) / answers.length;
}
