/** `longitude ask`: a question about one person's record, the model's forecasts or published knowledge. */
import { Command, Option } from "commander";
import type { Answer, Register } from "../assistant/answer.ts";
import { recordQuestion } from "../assistant/answer-question.ts";
import { answerLines } from "../assistant/answer-text.ts";
import { journalAnswer } from "../assistant/conversations/answer-journal.ts";
import {
  type Asker,
  answerToKeep,
  type KeptAnswer,
  keepAnswer,
  replayKept,
} from "../assistant/conversations/answer-keeper.ts";
import { assistantArea } from "../assistant/conversations/assistant-tables.ts";
import type { Recording } from "../assistant/conversations/recording.ts";
import { systemEffects } from "../effects/effects.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { USAGE_INVALID } from "../errors/registry.ts";
import { lockState } from "../state/state-lock.ts";
import { askTools } from "./ask-tools.ts";
import { withState } from "./open-site-state.ts";
import { readSite, type Site } from "./read-site.ts";

const ANSWER_SCHEMA = "longitude.answer/1";

interface AskFlags {
  readonly site: string;
  readonly subject?: string;
  readonly replay?: string;
  readonly for: Register;
  readonly passages?: string;
  readonly as: string;
  readonly json?: boolean;
}

export function askCommand(): Command {
  return new Command("ask")
    .description(
      "Answer a question about one person from record, forecast and knowledge; every sentence cites its source.",
    )
    .argument("[question]", "one question, at most 2,000 characters")
    .requiredOption("--site <dir>", "folder with longitude.yaml")
    .option("--subject <key>", "whose record")
    .addOption(
      new Option("--for <reader>", "who reads the answer")
        .choices(["clinician", "patient"])
        .default("clinician"),
    )
    .option("--passages <file>", "published passages, NDJSON or gzip: id, source, url, focus, type, answer")
    .option("--replay <id>", "compute an earlier answer anew from what was kept of it, and compare the bytes")
    .option("--as <id>", "who asks, for the audit log", "local")
    .option("--json", "print one JSON object on standard output")
    .action(ask);
}

async function ask(question: string | undefined, flags: AskFlags): Promise<void> {
  const begun = systemEffects.now();
  const site = await readSite(flags.site);
  if (flags.replay !== undefined) return await replay(site, flags.replay, flags);
  if (question === undefined || flags.subject === undefined)
    throw new LongitudeError(USAGE_INVALID, "a question, and --subject, or --replay with an id");
  const { subject } = flags;
  const asker = { tenant: "local", actor: flags.as, door: "ask", patientKey: subject } as const;
  const recording = () => record(site, question, subject, flags);
  const show = ({ id, answer }: KeptAnswer) => {
    const seconds = (systemEffects.now() - begun) / 1000;
    const result = { schema: ANSWER_SCHEMA, id, subject, ...answer, seconds };
    print(result, flags);
  };
  if (site.configuration.state.engine === "pglite") return await journalled(site, recording, asker, show);
  // First the entry, then the answer: nobody reads what the log does not know of.
  show(
    await withState(site, [assistantArea], async (state) =>
      keepAnswer(state, await recording(), asker, systemEffects.now()),
    ),
  );
}

/** The embedded database takes a second to start: the answer is in its journal before it is shown, and in the log before this ends. */
async function journalled(
  site: Site,
  recording: () => Promise<Recording>,
  asker: Asker,
  show: (kept: KeptAnswer) => void,
): Promise<void> {
  const lock = await lockState(site.folder, systemEffects);
  try {
    const kept = answerToKeep(await recording(), asker, systemEffects.now());
    await journalAnswer(site.folder, kept);
    show(kept);
  } catch (error) {
    await lock.release();
    throw error;
  }
  await withState(site, [assistantArea], async () => {}, lock);
}

async function record(site: Site, question: string, subject: string, flags: AskFlags): Promise<Recording> {
  const { tools, close } = await askTools(site, subject, flags.passages);
  const options = { register: flags.for, language: "en" } as const;
  return recordQuestion(question, options, tools).finally(close);
}

async function replay(site: Site, id: string, flags: AskFlags): Promise<void> {
  const { answer } = await withState(site, [assistantArea], (state) =>
    state.transaction((tx) => replayKept(tx, id, null)),
  );
  print({ schema: ANSWER_SCHEMA, id, ...answer }, flags);
}

function print(result: Answer & { readonly id: string; readonly schema: string }, flags: AskFlags): void {
  process.stdout.write(
    flags.json === true ? `${JSON.stringify(result, null, 2)}\n` : `${answerLines(result).join("\n")}\n`,
  );
}
