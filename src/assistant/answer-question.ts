/**
 * From a question to an answer: safety first, then the tools, a draft (composed, or a language model's), verification,
 * and what is left. A tool that fails, or a model that does, makes the answer shorter, never false.
 * Invariant: each sentence shown stands on one statement of one source (`verifySentence`).
 */
import { LongitudeError } from "../errors/longitude-error.ts";
import { QUESTION_INVALID } from "../errors/registry.ts";
import type { Answer, Language, Register, ToolRun } from "./answer.ts";
import { RECORDING_SCHEMA, type Recording } from "./conversations/recording.ts";
import { CANNOT_ANSWER } from "./language/cannot-answer.table.ts";
import { phrasesFor } from "./language/phrases.ts";
import { isForeign, languageOf } from "./language/question-language.ts";
import { fromSpanish } from "./language/spanish-question.table.ts";
import { screenQuestion, type UrgentAdvice } from "./safety/screen-question.ts";
import { calculatorTool } from "./tools/calculator-tool.ts";
import { forecastTool } from "./tools/forecast-tool.ts";
import { knowledgeTool } from "./tools/knowledge-tool.ts";
import { careTeamTool } from "./tools/reasoning/care-team-tool.ts";
import { differentialTool } from "./tools/reasoning/differential-tool.ts";
import { nextTestTool } from "./tools/reasoning/next-test-tool.ts";
import { reasoningAsked } from "./tools/reasoning/reasoning-question.ts";
import { whatIfTool } from "./tools/reasoning/what-if-tool.ts";
import { recordTool } from "./tools/record-tool.ts";
import { type Asked, type Finding, type Gathered, runTool, type Tool, type Tools } from "./tools/tools.ts";
import type { CitedSentence, Support, SupportKind } from "./verification/support.ts";
import { readDraft, verifyDraft } from "./verification/verify-draft.ts";
import { plain } from "./words.ts";

const LONGEST_QUESTION = 2000;
const MARK: Readonly<Record<SupportKind, string>> = {
  record: "E",
  forecast: "F",
  passage: "K",
  calculation: "C",
  policy: "P",
  reasoning: "R",
};

const TOOLS = {
  record: recordTool,
  forecast: forecastTool,
  calculator: calculatorTool,
  knowledge: knowledgeTool,
  differential: differentialTool,
  "next-test": nextTestTool,
  "what-if": whatIfTool,
  "care-team": careTeamTool,
} as const satisfies Readonly<Record<string, Tool>>;

export type ToolName = keyof typeof TOOLS;

export interface AnswerOptions {
  readonly register: Register;
  readonly language: Language;
  /** The one tool that is asked, for who chooses it; left out, the question chooses. */
  readonly only?: ToolName | undefined;
}

/** @throws LongitudeError QUESTION_INVALID */
export async function answerQuestion(
  question: string,
  register: Register,
  tools: Tools,
  language: Language = "en",
): Promise<Answer> {
  return answerOf(await recordQuestion(question, { register, language }, tools));
}

/**
 * Runs what does not come out the same twice: the tools and the language model. The rest is `answerOf`.
 * @throws LongitudeError QUESTION_INVALID
 */
export async function recordQuestion(
  question: string,
  { register, language: wanted, only }: AnswerOptions,
  tools: Tools,
): Promise<Recording> {
  const said = checked(question);
  const spanish = languageOf(said) === "es";
  const language = spanish && register === "patient" ? "es" : wanted;
  const asked: Asked = {
    question: spanish ? fromSpanish(said) : said,
    register,
    say: phrasesFor(register, language),
  };
  const { urgent, refusal } = screenQuestion(said);
  const screened = urgent === null ? null : wordingOf(urgent, tools);
  const runs: ToolRun[] = [];
  const quiet = refusal !== null || urgent !== null || isForeign(said);
  const found = only === undefined ? gather : byTool(only);
  const all = quiet ? [] : await found(asked, tools, runs);
  // What was published or vetted is quoted in its own language: no answer in another one.
  const findings = language === "en" ? all : all.filter(({ finding }) => finding.kind !== "passage");
  const draft = quiet ? null : await draftOf(asked, findings, tools, runs);
  return {
    schema: RECORDING_SCHEMA,
    question: said,
    register,
    language,
    urgent: screened,
    findings,
    runs,
    draft,
  };
}

/** The answer that a recording gives, now and whenever it is replayed: nothing but computation. */
export function answerOf({ question, register, language, urgent, findings, runs, draft }: Recording): Answer {
  const say = phrasesFor(register, language);
  const askInstead = say("askInstead");
  const { refusal } = screenQuestion(question);
  const nothing = {
    register,
    ...(language === "en" ? {} : { language }),
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
  if (isForeign(question)) {
    const own = CANNOT_ANSWER[languageOf(question)];
    const cannot = say("englishOnly", { language: own?.name ?? "this language" });
    const notices = own === undefined ? [cannot] : [cannot, own.said];
    return { ...nothing, status: "cannot-answer", askInstead, notices };
  }
  const supports = numbered(findings.map(({ finding }) => finding));
  const composed = supports.flatMap(({ id }, i) =>
    (findings[i]?.shown ?? []).map((text): CitedSentence => ({ text, cites: [id] })),
  );
  const { kept, cut, writtenBy } = written(supports, composed, draft);
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

/** @throws LongitudeError QUESTION_INVALID */
function checked(question: string): string {
  const asked = question.trim();
  if (asked === "" || asked.length > LONGEST_QUESTION)
    throw new LongitudeError(QUESTION_INVALID, `a question has 1 to ${LONGEST_QUESTION} characters`);
  return asked;
}

function byTool(only: ToolName): typeof gather {
  return (asked, tools, runs) => runTool(only, TOOLS[only], asked, tools, runs);
}

async function gather(asked: Asked, tools: Tools, runs: ToolRun[]): Promise<Gathered[]> {
  const text = plain(asked.question);
  const personal = /\b(?:my|i|me|mine|i'm|i've|patient|record|chart|his|her|he|she|this person)\b/.test(text);
  const future =
    /\b(?:risk|chances?|likel\w+|odds|probab\w+|forecast|predict\w*)\b|\b(?:will|going to|could) (?:i|he|she|the patient)\b/.test(
      text,
    );
  // Where no record is at hand, none is spoken of.
  const recorded = tools.timeline.events.length > 0;
  const generalWording =
    /\b(?:what (?:is|are|causes?|does .* mean)|symptoms?|signs|treat|prevent|how (?:is|are|common))\b/.test(
      text,
    ) && !/\bmy\b|\b(?:do|did|have|had|am) i\b|\bpatient\b/.test(text);
  const way = recorded ? reasoningAsked(asked.question) : null;
  if (way !== null) {
    const found = await runTool(way, TOOLS[way], asked, tools, runs);
    // Where the model has nothing to say, or has never met the complaint, what was published may say more.
    const more = way === "differential" || found.length === 0;
    return more ? [...found, ...(await runTool("knowledge", knowledgeTool, asked, tools, runs))] : found;
  }
  let lacking: Gathered[] = [];
  if (recorded && !future && (!generalWording || asked.register === "clinician")) {
    const found = await runTool("calculator", calculatorTool, asked, tools, runs);
    if (found.some(standsOnEvents)) return found;
    lacking = found;
  }
  if (personal && future && recorded && tools.forecast !== null) {
    const found = await runTool("forecast", forecastTool, asked, tools, runs);
    if (found.length > 0) return found;
  } else if (recorded && !generalWording && !(personal && future)) {
    const found = await runTool("record", recordTool, asked, tools, runs);
    // What is recorded as such needs no calculator; that nothing is recorded says less than what a calculator lacks.
    if (found.length > 0 && (lacking.length === 0 || found.some(standsOnEvents))) return found;
  }
  if (lacking.length > 0) return lacking;
  return await runTool("knowledge", knowledgeTool, asked, tools, runs);
}

function standsOnEvents({ finding: { link } }: Gathered): boolean {
  return (
    (link.type === "events" && link.events.length > 0) ||
    (link.type === "formula" && link.positions.length > 0)
  );
}

/** What the model wrote; null when there is none, nothing to write about, or it failed. */
async function draftOf(
  { question, register }: Asked,
  findings: readonly Gathered[],
  { model }: Tools,
  runs: ToolRun[],
): Promise<Recording["draft"]> {
  if (model === null || findings.length === 0) return null;
  try {
    const supports = numbered(findings.map(({ finding }) => finding));
    const text = await model.draft({ question, register, supports });
    runs.push({ tool: "model", outcome: "found" });
    return { model: model.name, text };
  } catch {
    runs.push({ tool: "model", outcome: "failed" });
    return null;
  }
}

/** The draft's verified sentences where they say something of what was found first, else the composed ones. */
function written(
  supports: readonly Support[],
  composed: readonly CitedSentence[],
  draft: Recording["draft"],
): { kept: readonly CitedSentence[]; cut: Answer["cut"]; writtenBy: string } {
  const own = { ...verifyDraft(composed, supports), writtenBy: "composed" };
  if (draft === null) return own;
  const { kept, cut } = verifyDraft(readDraft(draft.text), supports);
  const answers = kept.some(({ cites }) => cites.includes(supports[0]?.id ?? ""));
  return answers ? { kept, cut, writtenBy: draft.model } : { ...own, cut };
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

function wordingOf({ flag, text, language }: UrgentAdvice, { vetted }: Tools): NonNullable<Answer["urgent"]> {
  const own = language === "en" ? vetted.find(({ outcomes }) => outcomes.includes(flag)) : undefined;
  return own === undefined ? { flag, text, vetted: false } : { flag, text: own.passage.text, vetted: true };
}
