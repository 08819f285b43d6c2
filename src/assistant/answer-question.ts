/**
 * From a question to an answer: safety first, then the tools, a draft (composed, or a language model's), verification,
 * and what is left. A tool that fails, or a model that does, makes the answer shorter, never false.
 * Invariant: each sentence shown stands on one statement of one source (`verifySentence`).
 */
import { LongitudeError } from "../errors/longitude-error.ts";
import { QUESTION_INVALID } from "../errors/registry.ts";
import type { Timeline } from "../timeline/patient-event.ts";
import type { Answer, Register, ToolRun } from "./answer.ts";
import { extract, statementsOf } from "./knowledge-extract.ts";
import { type LanguageModel, promptOf } from "./language-model.ts";
import { type Concept, conceptsOf } from "./record/concept.ts";
import { searchTimeline } from "./record/timeline-search.ts";
import type { Passage } from "./retrieval/passage.ts";
import type { PassageIndex } from "./retrieval/passage-index.ts";
import { questionKinds } from "./retrieval/question-kind.ts";
import { screenQuestion } from "./safety/screen-question.ts";
import type { CitedSentence, Support, SupportKind } from "./verification/support.ts";
import { readDraft, verifyDraft } from "./verification/verify-draft.ts";
import { plain, stemsOf } from "./words.ts";

export interface Tools {
  readonly timeline: Timeline;
  readonly descriptionOf: (code: string) => string | null;
  readonly outcomes: readonly {
    readonly name: string;
    readonly title: string;
    readonly matches: (code: string) => boolean;
  }[];
  /** Null where the site has no model. */
  readonly forecast: ((outcome: string, horizonDays: number) => Promise<Forecast | null>) | null;
  /** Published passages; null where the site has none. */
  readonly passages: PassageIndex | null;
  /** What experts of the site have vetted, with the outcomes that it is about. */
  readonly vetted: readonly {
    readonly outcomes: readonly string[];
    readonly passage: Passage;
    readonly notice: string | null;
  }[];
  readonly model: LanguageModel | null;
}

export interface Forecast {
  readonly risk: number;
  readonly estimator: string;
  readonly notice: string | null;
}

type Finding = Omit<Support, "id">;

const LONGEST_QUESTION = 2000;
/** Kinds of questions that the statements of a site answer: what to know or consider when a risk is high. */
const ADVICE: ReadonlySet<string> = new Set(["prevention", "treatment", "considerations", "susceptibility"]);
const MARK: Readonly<Record<SupportKind, string>> = {
  record: "E",
  forecast: "F",
  passage: "K",
  calculation: "C",
  policy: "P",
};
const NOT_VETTED = "published text, not vetted by this site";
const CARE_TEAM = "Please ask your care team.";
const CLINIC = "The record and the knowledge at hand do not answer this; consult the chart or a specialist.";
const DAYS_PER: Readonly<Record<string, number>> = { day: 1, week: 7, month: 30.4375, year: 365.25 };

export async function answerQuestion(asked: string, register: Register, tools: Tools): Promise<Answer> {
  const question = asked.trim();
  if (question === "" || question.length > LONGEST_QUESTION)
    throw new LongitudeError(QUESTION_INVALID, `a question has 1 to ${LONGEST_QUESTION} characters`);
  const { urgent: flagged, refusal } = screenQuestion(question);
  const urgent = flagged === null ? null : wordingOf(flagged, tools);
  const askInstead = register === "patient" ? CARE_TEAM : CLINIC;
  const nothing = {
    register,
    urgent,
    supports: [],
    sentences: [],
    notices: [],
    writtenBy: "composed",
    cut: [],
    tools: [],
  };
  if (refusal !== null) return { ...nothing, ...policyAnswer(refusal), status: "refused", askInstead };
  // With a sign of danger, the words that send for help stand alone: nothing below them delays the call.
  if (urgent !== null) return { ...nothing, status: "answered", askInstead: null };

  const runs: ToolRun[] = [];
  const findings = await gather(question, register, tools, runs);
  const supports = numbered(findings.map(({ finding }) => finding));
  const composed = supports.flatMap(({ id }, i) =>
    (findings[i]?.shown ?? []).map((text): CitedSentence => ({ text, cites: [id] })),
  );
  const { kept, cut, writtenBy } = await write(question, register, supports, composed, tools.model, runs);
  const used = new Set(kept.flatMap(({ cites }) => cites));
  return {
    ...nothing,
    status: kept.length > 0 ? "answered" : "cannot-answer",
    sentences: kept,
    supports: supports.filter(({ id }) => used.has(id)),
    askInstead: kept.length > 0 ? null : askInstead,
    notices: [...new Set(findings.flatMap(({ notice }) => notice ?? []))],
    writtenBy,
    cut,
    tools: runs,
  };
}

interface Gathered {
  readonly finding: Finding;
  /** Sentences of the composed answer. */
  readonly shown: readonly string[];
  readonly notice?: string;
}

async function gather(
  question: string,
  register: Register,
  tools: Tools,
  runs: ToolRun[],
): Promise<Gathered[]> {
  const text = plain(question);
  const personal = /\b(?:my|i|me|mine|i'm|i've|patient|record|chart|his|her|he|she|this person)\b/.test(text);
  const future =
    /\b(?:risk|chances?|likel\w+|odds|probab\w+|forecast|predict\w*)\b|\b(?:will|going to|could) (?:i|he|she|the patient)\b/.test(
      text,
    );
  const generalWording =
    /\b(?:what (?:is|are|causes?|does .* mean)|symptoms?|signs|treat|prevent|how (?:is|are|common))\b/.test(
      text,
    ) && !/\bmy\b|\b(?:do|did|have|had|am) i\b|\bpatient\b/.test(text);
  const run = async (
    tool: ToolRun["tool"],
    work: () => Promise<Gathered[]> | Gathered[],
  ): Promise<Gathered[]> => {
    try {
      const found = await work();
      runs.push({ tool, outcome: found.length > 0 ? "found" : "nothing" });
      return found;
    } catch (error) {
      if (error instanceof TypeError) throw error;
      runs.push({ tool, outcome: "failed" });
      return [];
    }
  };
  if (personal && future && tools.forecast !== null) {
    const found = await run("forecast", () => forecasts(question, tools));
    if (found.length > 0) return found;
  } else if (!generalWording && !(personal && future)) {
    const found = await run("record", () => records(question, tools));
    if (found.length > 0) return found;
  }
  return await run("knowledge", () => knowledge(question, register, tools));
}

function records(question: string, { timeline, descriptionOf, outcomes }: Tools): Gathered[] {
  const named = outcomes.filter(({ title, name }) => namedIn(question, [title, name]));
  const others: Concept[] = named.map(({ title, matches }) => ({ shown: title, matches, codes: [] }));
  const found = searchTimeline(question, timeline, descriptionOf, others) ?? [];
  return found.map((finding) => ({ finding, shown: finding.statements }));
}

async function forecasts(question: string, tools: Tools): Promise<Gathered[]> {
  const horizonDays = horizonOf(question);
  const codes = tools.timeline.events.map(({ code }) => code);
  const concepts = conceptsOf(question, [], tools.descriptionOf);
  const about = tools.outcomes.filter(
    ({ title, name, matches }) =>
      namedIn(question, [title, name]) || concepts.some((concept) => sharesCode(concept, matches)),
  );
  const found: Gathered[] = [];
  for (const { name, title, matches } of about) {
    const years = `${Number((horizonDays / 365.25).toFixed(1))} years`;
    if (codes.some(matches)) {
      const events = tools.timeline.events.flatMap(({ code, time }, position) =>
        matches(code)
          ? [{ code, time: time === null ? null : new Date(time).toISOString().slice(0, 19), position }]
          : [],
      );
      const statement = `${title} is in your record, so there is no forecast of a first one.`;
      found.push({
        finding: { kind: "record", statements: [statement], link: { type: "events", events } },
        shown: [statement],
      });
      continue;
    }
    const forecast = await tools.forecast?.(name, horizonDays);
    if (forecast == null) continue;
    const percent = `${(100 * forecast.risk).toFixed(1)} %`;
    const outOf = Math.round(100 * forecast.risk);
    const count = outOf === 0 ? "fewer than 1" : `about ${outOf}`;
    const statements = [
      `The model's forecast for ${title} within ${years} is ${percent}.`,
      `Of 100 people with a record like yours, the model expects ${count} to have ${title} within ${years}.`,
    ];
    found.push({
      finding: {
        kind: "forecast",
        statements,
        link: { type: "forecast", outcome: name, horizonDays, estimator: forecast.estimator },
      },
      shown: statements,
      ...(forecast.notice === null ? {} : { notice: forecast.notice }),
    });
    for (const { outcomes, passage, notice } of tools.vetted)
      if (outcomes.includes(name)) found.push(cited(passage, [passage.text], [passage.text], true, notice));
  }
  return found;
}

function knowledge(question: string, register: Register, { passages, vetted, outcomes }: Tools): Gathered[] {
  const about = new Set(
    outcomes.filter(({ title, name }) => namedIn(question, [title, name])).map(({ name }) => name),
  );
  const advice = questionKinds(question).some((kind) => ADVICE.has(kind));
  const own = advice ? vetted.filter((one) => one.outcomes.some((name) => about.has(name))) : [];
  const found = (passages?.find(question, 2) ?? []).filter(({ ofKind }, i) => ofKind || i === 0);
  const best = found.filter(({ subject }) => subject >= (found[0]?.subject ?? 0) - 0.05);
  return [
    ...own
      .slice(0, 2)
      .map(({ passage, notice }) => cited(passage, [passage.text], [passage.text], true, notice)),
    ...best.slice(0, 1).flatMap(({ passage }) => {
      const statements = statementsOf(passage);
      const shown = extract(question, statements, register, 3);
      return shown.length === 0 ? [] : [cited(passage, statements, shown, false, NOT_VETTED)];
    }),
  ];
}

function cited(
  passage: Passage,
  statements: readonly string[],
  shown: readonly string[],
  vetted: boolean,
  notice: string | null,
): Gathered {
  const { id, publisher, title, url } = passage;
  const finding: Finding = {
    kind: "passage",
    statements,
    link: { type: "passage", id, publisher, title, url, vetted },
  };
  return { finding, shown, ...(notice === null ? {} : { notice }) };
}

async function write(
  question: string,
  register: Register,
  supports: readonly Support[],
  composed: readonly CitedSentence[],
  model: LanguageModel | null,
  runs: ToolRun[],
): Promise<{ kept: readonly CitedSentence[]; cut: Answer["cut"]; writtenBy: string }> {
  const own = { ...verifyDraft(composed, supports), writtenBy: "composed" };
  if (model === null || supports.length === 0) return own;
  try {
    const { kept, cut } = verifyDraft(
      readDraft(await model.draft(promptOf(question, register, supports))),
      supports,
    );
    const answers = kept.some(({ cites }) => cites.includes(supports[0]?.id ?? ""));
    runs.push({ tool: "model", outcome: answers ? "found" : "nothing" });
    return answers ? { kept, cut, writtenBy: model.name } : { ...own, cut };
  } catch {
    runs.push({ tool: "model", outcome: "failed" });
    return own;
  }
}

function numbered(findings: readonly Finding[]): Support[] {
  const count = new Map<string, number>();
  return findings.map((finding) => {
    const mark = MARK[finding.kind];
    count.set(mark, (count.get(mark) ?? 0) + 1);
    return { id: `${mark}${count.get(mark)}`, ...finding };
  });
}

function policyAnswer({
  policy,
  text,
}: {
  policy: string;
  text: string;
}): Pick<Answer, "sentences" | "supports"> {
  const supports = numbered([{ kind: "policy", statements: [text], link: { type: "policy", name: policy } }]);
  return { supports, sentences: [{ text, cites: ["P1"] }] };
}

function wordingOf(
  { flag, text }: { flag: string; text: string },
  { vetted }: Tools,
): NonNullable<Answer["urgent"]> {
  const own = vetted.find(({ outcomes }) => outcomes.includes(flag));
  return own === undefined ? { flag, text, vetted: false } : { flag, text: own.passage.text, vetted: true };
}

function horizonOf(question: string): number {
  const [, n = "5", unit = "year"] = /(\d+(?:\.\d+)?)[ -]?(day|week|month|year)s?\b/i.exec(question) ?? [];
  const days = Number(n) * (DAYS_PER[unit.toLowerCase()] ?? 365.25);
  return Math.min(Math.max(days, 1), 36_525);
}

function namedIn(question: string, names: readonly string[]): boolean {
  const asked = ` ${stemsOf(question).join(" ")} `;
  return names.some((name) => asked.includes(` ${stemsOf(name).join(" ")} `));
}

function sharesCode(concept: Concept, matches: (code: string) => boolean): boolean {
  return concept.codes.some((code) => matches(code));
}
