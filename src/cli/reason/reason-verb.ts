/** What the verbs of `longitude reason` share: options, one JSON object or a table for people, and the lines below it. */
import { Command } from "commander";
import type { Basis } from "../../reasoning/basis.ts";
import type { ReasonFlags, Reasoning } from "./open-reasoning.ts";

export function reasonVerb(name: string, description: string, horizon: string): Command {
  return new Command(name)
    .description(description)
    .requiredOption("--site <dir>", "folder with longitude.yaml and a built model")
    .requiredOption("--person <id>", "whose record: a subject key")
    .option("--horizon <duration>", "how far ahead, e.g. 2y", horizon)
    .option("--json", "print one JSON object on standard output");
}

/** A repeatable option. */
export function each(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

export function printAnswer(
  schema: string,
  flags: ReasonFlags,
  { predictionTime, site }: Reasoning,
  answer: { readonly basis: Basis },
  table: string,
): void {
  if (flags.json === true) {
    const head = {
      schema,
      site: site.configuration.name,
      person: flags.person,
      horizon: flags.horizon,
      predictionTime,
    };
    process.stdout.write(`${JSON.stringify({ ...head, ...answer }, null, 2)}\n`);
    return;
  }
  const { basis } = answer;
  process.stdout.write(
    [
      table,
      "",
      `read from: ${predictionTime}, ${flags.horizon} ahead`,
      `model:     ${basis.model.slice(0, 16)}; ${basis.estimators.join(", ") || "nothing to forecast"}; ${basis.futures} futures`,
      `intervals: ${basis.interval}`,
      `note:      ${basis.label}`,
      ...basis.notices.map((notice) => `           ${notice}`),
      "",
    ].join("\n"),
  );
}

/** Columns under their heads, the first to the left, the others to the right. */
export function textTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [heads, ...rows];
  const widths = heads.map((_, column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  return all
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] as number) : cell.padStart(widths[column] as number),
        )
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

export function percent(risk: number): string {
  return `${(100 * risk).toFixed(1)} %`;
}
