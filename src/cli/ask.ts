/** `longitude ask`: a question about one person's record, the model's forecasts or published knowledge. */
import { Command, Option } from "commander";
import type { Answer, Register } from "../assistant/answer.ts";
import { recordQuestion } from "../assistant/answer-question.ts";
import { keepAnswer, replayKept } from "../assistant/conversations/answer-keeper.ts";
import { assistantArea } from "../assistant/conversations/assistant-tables.ts";
import { configuredModel } from "../assistant/models/configured-model.ts";
import { readPassages } from "../assistant/retrieval/passage.ts";
import { PassageIndex } from "../assistant/retrieval/passage-index.ts";
import type { Tools } from "../assistant/tools/tools.ts";
import { systemEffects } from "../effects/effects.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { QUESTION_INVALID, RECORDS_MISSING, USAGE_INVALID } from "../errors/registry.ts";
import { isoTime } from "../state/value-parsers.ts";
import { openTimelineStore } from "../timeline/open-timeline-store.ts";
import type { Timeline } from "../timeline/patient-event.ts";
import { resolveOutcomes } from "../vetting/outcome-definition.ts";
import { DEMONSTRATION_MARK } from "../vetting/statements/vetting-status.ts";
import { siteForecast } from "./ask-site-forecast.ts";
import { withState } from "./open-site-state.ts";
import { readSite, type Site } from "./read-site.ts";
import { builtArtefacts } from "./site-artefacts.ts";
import { siteKnowledge } from "./site-knowledge.ts";

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
  const built = await builtArtefacts(site.folder);
  const records = built.find(({ kind }) => kind === "records");
  if (records === undefined) throw new LongitudeError(RECORDS_MISSING, `${site.folder} has no records yet`);
  const { timeline, descriptions } = await readPerson(records.folder, subject);
  const { tools, close } = await toolsOf(site, timeline, descriptions, flags, built);
  const options = { register: flags.for, language: "en" } as const;
  const recording = await recordQuestion(question, options, tools).finally(close);
  const seconds = (systemEffects.now() - begun) / 1000;
  // First the entry, then the answer: nobody reads what the log does not know of.
  const asker = { tenant: "local", actor: flags.as, door: "ask", patientKey: subject } as const;
  const { id, answer } = await withState(site, [assistantArea], (state) =>
    keepAnswer(state, recording, asker, systemEffects.now()),
  );
  const result = { schema: ANSWER_SCHEMA, id, subject, ...answer, seconds };
  print(result, flags);
}

async function replay(site: Site, id: string, flags: AskFlags): Promise<void> {
  const { answer } = await withState(site, [assistantArea], (state) =>
    state.transaction((tx) => replayKept(tx, id, null)),
  );
  print({ schema: ANSWER_SCHEMA, id, ...answer }, flags);
}

function print(result: Answer & { readonly id: string; readonly schema: string }, flags: AskFlags): void {
  process.stdout.write(flags.json === true ? `${JSON.stringify(result, null, 2)}\n` : textOf(result));
}

async function toolsOf(
  site: Site,
  timeline: Timeline,
  descriptions: ReadonlyMap<string, string>,
  flags: AskFlags,
  built: Awaited<ReturnType<typeof builtArtefacts>>,
): Promise<{ tools: Tools; close: () => Promise<void> }> {
  const { configuration } = site;
  const outcomes = resolveOutcomes(configuration.outcomes);
  const vetted = (await siteKnowledge(site))(isoTime(systemEffects.now()).slice(0, 10));
  const forecast = siteForecast(site, timeline, built);
  const passages = flags.passages ?? configuration.assistant.passages;
  const tools: Tools = {
    timeline,
    descriptionOf: (code) => descriptions.get(code) ?? null,
    outcomes: outcomes.map(({ name, title, matches }) => ({
      name,
      title,
      matches: (code) => matches(code, null),
    })),
    forecast: forecast?.ask ?? null,
    passages: passages === undefined ? null : new PassageIndex((await readPassages(passages)).passages),
    vetted: vetted.map(({ knowledge: { id, source, statement, outcomes: about }, vetting }) => ({
      notice: vetting.demonstration ? DEMONSTRATION_MARK : null,
      outcomes: about,
      passage: {
        id,
        publisher: source.publisher,
        url: source.url,
        title: source.title,
        kind: "statement",
        text: statement,
      },
    })),
    model: await configuredModel(configuration.assistant, site.folder),
  };
  return {
    tools,
    close: async () => await forecast?.close(),
  };
}

async function readPerson(
  folder: string,
  subject: string,
): Promise<{ timeline: Timeline; descriptions: ReadonlyMap<string, string> }> {
  const store = await openTimelineStore(folder);
  try {
    const codes = await store.codes();
    const descriptions = new Map(
      codes.flatMap(({ code, description }) => (description === null ? [] : [[code, description]])),
    );
    for await (const timeline of store.timelines()) {
      if (String(timeline.subjectId) === subject) return { timeline, descriptions };
      if (timeline.subjectId > Number(subject)) break;
    }
  } finally {
    store.close();
  }
  throw new LongitudeError(QUESTION_INVALID, "the records hold no such subject");
}

function textOf(answer: Answer): string {
  const linkOf = ({ id, link }: Answer["supports"][number]): string => {
    switch (link.type) {
      case "passage":
        return `[${id}] ${link.title}, ${link.publisher}: ${link.url}`;
      case "events":
        return `[${id}] record: ${link.events.map(({ code, time }) => `${code} ${time ?? ""}`.trim()).join(", ") || "nothing found in it"}`;
      case "forecast":
        return `[${id}] the site's model, ${link.outcome}, ${link.estimator}`;
      case "formula":
        return `[${id}] ${link.name}: ${link.source}`;
      case "policy":
        return `[${id}] policy: ${link.name}`;
    }
  };
  return [
    ...(answer.urgent === null ? [] : [answer.urgent.text]),
    ...answer.sentences.map(({ text, cites }) => `${text} [${cites.join(", ")}]`),
    ...(answer.status === "cannot-answer" ? ["This cannot be answered from what is at hand."] : []),
    ...(answer.askInstead === null ? [] : [answer.askInstead]),
    ...(answer.supports.length === 0 ? [] : ["", ...answer.supports.map(linkOf)]),
    ...answer.notices.map((notice) => `note: ${notice}`),
    "",
  ].join("\n");
}
