/** `longitude forget`: removes persons from a dataset for good, or looks whether they are gone. */
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { Command } from "commander";
import { systemEffects } from "../effects/effects.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { FORGET_FOUND, INPUT_UNREADABLE } from "../errors/registry.ts";
import { forgetPersons, searchForgotten } from "../ingest/forget-persons.ts";
import { subjectKeyOf } from "../ingest/subject-key.ts";
import type { SubjectKey } from "../timeline/patient-event.ts";
import { createProgressLine } from "./progress-line.ts";
import { withInterrupt } from "./run-verb.ts";

interface ForgetFlags {
  readonly data: string;
  readonly list: string;
  readonly keys: boolean;
  readonly check: boolean;
  readonly json: boolean;
}

export function forgetCommand(): Command {
  return new Command("forget")
    .description("Remove persons from a dataset for good, with an account that they are gone.")
    .requiredOption("--data <dir>", "the dataset, as longitude ingest wrote it")
    .requiredOption(
      "--list <file>",
      "identifiers of the persons as the source has them, one a line; - reads standard input",
    )
    .option("--keys", "the list has subject_id values of the dataset instead", false)
    .option("--check", "change nothing: look for them in every table, old states included", false)
    .option("--json", "print the account as one JSON object on standard output", false)
    .addHelpText(
      "after",
      `
Shards, splits and the ledger are written anew without the persons; files that do not name them stay as they are.
The change is one step: a process that is killed leaves the dataset as it was. Guide: docs/guides/change-a-dataset.md

Examples:
  longitude forget --data records --list withdrawn.txt
  longitude forget --data records --list withdrawn.txt --check`,
    )
    .action((flags: ForgetFlags) => withInterrupt((signal) => run(flags, signal)));
}

async function run(flags: ForgetFlags, signal: AbortSignal): Promise<void> {
  const persons = await personsOf(flags);
  const say = (line: string): void => void (flags.json ? process.stderr : process.stdout).write(line);
  const count = (value: number): string => value.toLocaleString("en-US");
  if (flags.check) {
    const { files, rows, found } = await searchForgotten(flags.data, persons);
    if (flags.json) process.stdout.write(`${JSON.stringify({ asked: persons.size, files, rows, found })}\n`);
    if (found > 0) throw new LongitudeError(FORGET_FOUND, `${found} rows of ${rows} are of the persons`);
    say(`none of ${count(persons.size)} person(s) is in ${count(rows)} rows of ${count(files)} tables\n`);
    return;
  }
  const line = createProgressLine(process.stderr, systemEffects);
  for await (const event of forgetPersons(flags.data, persons, systemEffects)) {
    signal.throwIfAborted();
    if (event.kind === "progress") {
      line.show("forget", { step: "writing", done: event.done, total: event.files, unit: "files" });
      continue;
    }
    line.clear();
    const { report } = event;
    say(
      `${count(report.forgotten)} of ${count(report.asked)} person(s) and ${count(report.events)} events removed; ${count(report.shards.rewritten)} shard(s) rewritten, ${count(report.shards.kept)} kept; none found in ${count(report.searched.rows)} rows afterwards\n`,
    );
    if (report.oldStatesInUse > 0) {
      say(
        `${report.oldStatesInUse} old state(s) are still read by a process; run forget --check when it has ended\n`,
      );
    }
    if (flags.json) process.stdout.write(`${JSON.stringify(report)}\n`);
  }
}

async function personsOf({ list, keys }: ForgetFlags): Promise<ReadonlySet<SubjectKey>> {
  let written: string;
  try {
    written = list === "-" ? await text(process.stdin) : await readFile(list, "utf8");
  } catch (cause) {
    throw new LongitudeError(INPUT_UNREADABLE, `cannot read ${list}`, { cause });
  }
  const lines = written
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return new Set(lines.map((line) => (keys ? (Number(line) as SubjectKey) : subjectKeyOf(line))));
}
