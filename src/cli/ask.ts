/** `longitude ask`: a question about one person's record, the model's forecasts or published knowledge. */
import { randomUUID } from "node:crypto";
import { Command, Option } from "commander";
import type { Answer, Register } from "../assistant/answer.ts";
import { answerQuestion } from "../assistant/answer-question.ts";
import { configuredModel } from "../assistant/models/configured-model.ts";
import { readPassages } from "../assistant/retrieval/passage.ts";
import { PassageIndex } from "../assistant/retrieval/passage-index.ts";
import type { Tools } from "../assistant/tools/tools.ts";
import { systemEffects } from "../effects/effects.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { QUESTION_INVALID, RECORDS_MISSING } from "../errors/registry.ts";
import { appendAudit } from "../state/audit/audit-log.ts";
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

interface AskFlags {
  readonly site: string;
  readonly subject: string;
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
    .argument("<question>", "one question, at most 2,000 characters")
    .requiredOption("--site <dir>", "folder with longitude.yaml")
    .requiredOption("--subject <key>", "whose record")
    .addOption(
      new Option("--for <reader>", "who reads the answer")
        .choices(["clinician", "patient"])
        .default("clinician"),
    )
    .option("--passages <file>", "published passages, NDJSON or gzip: id, source, url, focus, type, answer")
    .option("--as <id>", "who asks, for the audit log", "local")
    .option("--json", "print one JSON object on standard output")
    .action(ask);
}

async function ask(question: string, flags: AskFlags): Promise<void> {
  const begun = systemEffects.now();
  const site = await readSite(flags.site);
  const built = await builtArtefacts(site.folder);
  const records = built.find(({ kind }) => kind === "records");
  if (records === undefined) throw new LongitudeError(RECORDS_MISSING, `${site.folder} has no records yet`);
  const { timeline, descriptions } = await readPerson(records.folder, flags.subject);
  const { tools, close } = await toolsOf(site, timeline, descriptions, flags, built);
  const id = randomUUID();
  let answer: Answer;
  try {
    answer = await answerQuestion(question, flags.for, tools);
  } finally {
    await close();
  }
  const seconds = (systemEffects.now() - begun) / 1000;
  const result = { schema: "longitude.answer/1", id, subject: flags.subject, ...answer, seconds };
  // First the entry, then the answer: nobody reads what the log does not know of.
  await withState(site, [], (state) =>
    state.transaction((tx) =>
      appendAudit(
        tx,
        {
          actor: flags.as,
          action: "assistant.ask",
          object: id,
          patientKey: flags.subject,
          reason: `${answer.status}, ${answer.sentences.length} sentences, written by ${answer.writtenBy}`,
          outcome: answer.status === "refused" ? "refused" : "done",
        },
        systemEffects.now(),
      ),
    ),
  );
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
    for await (const timeline of store.timelines())
      if (String(timeline.subjectId) === subject) return { timeline, descriptions };
  } finally {
    store.close();
  }
  throw new LongitudeError(QUESTION_INVALID, "the records hold no such subject");
}

function textOf(answer: Answer & { readonly seconds: number }): string {
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
