/** `longitude evaluate-text`: a language model on a benchmark of clinical text, from local files. */
import { createWriteStream } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { finished } from "node:stream/promises";
import { Command, Option } from "commander";
import { keyOfEndpoint } from "../assistant/models/configured-model.ts";
import { openChat } from "../assistant/models/endpoint-model.ts";
import { evaluateText, type TextEvaluation } from "../assistant/text-evaluation/evaluate-text.ts";
import { TASK_FORMATS, type TaskName } from "../assistant/text-evaluation/task-formats.ts";
import { taskRows } from "../assistant/text-evaluation/task-rows.ts";
import { localModel, remoteModel, type TextModel } from "../assistant/text-evaluation/text-model.ts";
import { systemEffects } from "../effects/effects.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { USAGE_INVALID } from "../errors/registry.ts";
import { countOption } from "./count-option.ts";
import { createProgressLine } from "./progress-line.ts";
import { readSite } from "./read-site.ts";

interface Flags {
  readonly data: string;
  readonly task?: TaskName;
  readonly model?: string;
  readonly endpoint?: string;
  readonly site?: string;
  readonly out?: string;
  readonly limit?: number;
  readonly seed: number;
  readonly threads: number;
  readonly json?: boolean;
}

export function evaluateTextCommand(): Command {
  return new Command("evaluate-text")
    .description("Measure a language model on a benchmark of clinical text.")
    .requiredOption("--data <path>", "the benchmark's file, or its folder: JSON, NDJSON, CSV or Parquet")
    .addOption(
      new Option("--task <name>", "its format (default: told from its fields)").choices(
        Object.keys(TASK_FORMATS),
      ),
    )
    .option("--model <dir>", "checkpoint of this project, or Hugging Face folder with a Llama or Qwen2 model")
    .option("--endpoint <name>", "instead: an endpoint that the site's `assistant.endpoints` lists")
    .option("--site <dir>", "the site that lists the endpoint")
    .option("--limit <n>", "items at the most, drawn by the seed", countOption)
    .option(
      "--seed <n>",
      "of the items drawn and of the intervals; endpoints are given it too",
      countOption,
      1,
    )
    .option("--threads <n>", "threads of a local model", countOption, 2)
    .option("--out <dir>", "folder for items.ndjson (every prompt and answer) and evaluation.json")
    .option("--json", "print one JSON object on standard output, progress on standard error")
    .addHelpText(
      "after",
      `
Formats: ${Object.entries(TASK_FORMATS)
        .map(([name, { title }]) => `${name} (${title})`)
        .join(", ")}.

Example:
  longitude evaluate-text --data ori_pqal.json --model site/language/artefacts/language-… --out pubmedqa`,
    )
    .action(async (flags: Flags) => {
      const model = await modelOf(flags);
      try {
        const evaluation = await evaluated(flags, model);
        process.stdout.write(
          flags.json === true ? `${JSON.stringify(evaluation, null, 2)}\n` : `${textOf(evaluation)}\n`,
        );
      } finally {
        await model.close();
      }
    });
}

async function modelOf({ model, endpoint, site, threads, seed }: Flags): Promise<TextModel> {
  if ((model === undefined) === (endpoint === undefined))
    throw new LongitudeError(USAGE_INVALID, "name either --model or --endpoint");
  if (model !== undefined) return localModel(resolve(model), threads);
  if (site === undefined) throw new LongitudeError(USAGE_INVALID, "--endpoint takes --site, which lists it");
  const { folder, configuration } = await readSite(site);
  const listed = configuration.assistant.endpoints.find(({ name }) => name === endpoint);
  if (listed === undefined)
    throw new LongitudeError(USAGE_INVALID, "the site's `assistant.endpoints` does not list this endpoint");
  return remoteModel(listed.model, openChat(listed, await keyOfEndpoint(listed, folder)), seed);
}

async function evaluated({ data, task, limit, seed, out }: Flags, model: TextModel): Promise<TextEvaluation> {
  const rows = await taskRows(resolve(data));
  const line = createProgressLine(process.stderr, systemEffects);
  if (out !== undefined) await mkdir(out, { recursive: true });
  const items = out === undefined ? null : createWriteStream(join(out, "items.ndjson"));
  const running = evaluateText({ rows, task, model, limit, seed });
  try {
    for (;;) {
      const next = await running.next();
      if (next.done === true) {
        if (out !== undefined)
          await writeFile(join(out, "evaluation.json"), `${JSON.stringify(next.value, null, 2)}\n`);
        return next.value;
      }
      const { record, done, total } = next.value;
      items?.write(`${JSON.stringify(record)}\n`);
      line.show("evaluate-text", { step: "asking", done, total, unit: "items" });
    }
  } finally {
    line.clear();
    items?.end();
    if (items !== null) await finished(items);
  }
}

function textOf({
  title,
  model,
  how,
  items,
  leftOut,
  failed,
  figures,
  strata,
  commonestAnswer,
}: TextEvaluation): string {
  const share = (value: number) => value.toFixed(3);
  const row = (name: string, { value, low, high, n }: TextEvaluation["figures"][string]) =>
    `${name.padEnd(36)} ${share(value)} (${share(low)} to ${share(high)})  n = ${n}`;
  return [
    `${title}, ${model}: ${items} items, options ${how === "likelihood" ? "compared by likelihood" : "read out of what was written"}${leftOut > 0 ? `; ${leftOut} rows left out` : ""}${failed > 0 ? `; ${failed} without an answer, counted as wrong` : ""}`,
    ...Object.entries(figures).map(([name, figure]) => row(name, figure)),
    ...(commonestAnswer === null
      ? []
      : [`${"always the commonest answer".padEnd(36)} ${share(commonestAnswer)}`]),
    ...Object.entries(strata).flatMap(([stratum, of]) =>
      Object.entries(of).map(([name, figure]) => row(`  ${stratum}: ${name}`, figure)),
    ),
  ].join("\n");
}
