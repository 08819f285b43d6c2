/**
 * What the verbs of `longitude reason` share: options, one JSON object or a table for people, and the lines below it.
 * Invariant: the audit log has an entry with the answer's hash before anybody reads the answer.
 */
import { createHash, randomUUID } from "node:crypto";
import { Command } from "commander";
import { systemEffects } from "../../effects/effects.ts";
import type { Basis } from "../../reasoning/basis.ts";
import { appendAudit } from "../../state/audit/audit-log.ts";
import { withState } from "../open-site-state.ts";
import { openReasoning, type ReasonFlags, type Reasoning } from "./open-reasoning.ts";

export function reasonVerb(name: string, description: string, horizon: string): Command {
  return new Command(name)
    .description(description)
    .requiredOption("--site <dir>", "folder with longitude.yaml and a built model")
    .requiredOption("--person <id>", "whose record: a subject key")
    .option("--horizon <duration>", "how far ahead, e.g. 2y", horizon)
    .option("--as <id>", "who asks, for the audit log", "local")
    .option("--json", "print one JSON object on standard output");
}

/** Opens what is asked, answers, records that it was asked, and prints the answer. @param verb `differential`, `what-if`, … */
export async function reasonAbout<A extends { readonly basis: Basis }>(
  verb: string,
  flags: ReasonFlags,
  answerOf: (reasoning: Reasoning) => Promise<A>,
  textOf: (answer: A) => string,
): Promise<void> {
  const reasoning = await openReasoning(flags);
  // The state opens meanwhile: it takes a second or two.
  const answering = answerOf(reasoning).finally(() => reasoning.close());
  answering.catch(() => {});
  await withState(reasoning.site, [], async (state) => {
    const answer = await answering;
    const id = `reason-${randomUUID()}`;
    const hash = createHash("sha256").update(JSON.stringify(answer)).digest("hex");
    const facts = { actor: flags.as, action: `reason.${verb}`, object: id, patientKey: flags.person };
    const reason = `${flags.horizon} ahead, model ${answer.basis.model.slice(0, 16)}, sha256 ${hash}`;
    await state.transaction((tx) =>
      appendAudit(tx, { ...facts, reason, outcome: "done" }, systemEffects.now()),
    );
    printAnswer(`longitude.${verb}/1`, id, flags, reasoning, answer, textOf(answer));
  });
}

/** A repeatable option. */
export function each(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

function printAnswer(
  schema: string,
  id: string,
  flags: ReasonFlags,
  { predictionTime, site }: Reasoning,
  answer: { readonly basis: Basis },
  table: string,
): void {
  if (flags.json === true) {
    const head = {
      schema,
      id,
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
