/**
 * From a question to an answer: safety first, then the tools, a draft (composed, or a language model's), verification,
 * and what is left. A tool that fails, or a model that does, makes the answer shorter, never false.
 * Invariant: each sentence shown stands on one statement of one source (`verifySentence`).
 */
import { LongitudeError } from "../errors/longitude-error.ts";
import { QUESTION_INVALID } from "../errors/registry.ts";
import type { Answer, Register, ToolRun } from "./answer.ts";
import { type Language, phrasesFor } from "./language/phrases.ts";
import { screenQuestion } from "./safety/screen-question.ts";
import { forecastTool } from "./tools/forecast-tool.ts";
import { knowledgeTool } from "./tools/knowledge-tool.ts";
import { recordTool } from "./tools/record-tool.ts";
import { type Asked, type Finding, type Gathered, runTool, type Tools } from "./tools/tools.ts";
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
};

/** @throws LongitudeError QUESTION_INVALID */
export async function answerQuestion(
  question: string,
  register: Register,
  tools: Tools,
  language: Language = "en",
): Promise<Answer> {
  const asked: Asked = { question: checked(question), register, say: phrasesFor(register, language) };
  const { urgent: flagged, refusal } = screenQuestion(asked.question);
  const urgent = flagged === null ? null : wordingOf(flagged, tools);
  const askInstead = asked.say("askInstead");
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
  const findings = await gather(asked, tools, runs);
  const supports = numbered(findings.map(({ finding }) => finding));
  const composed = supports.flatMap(({ id }, i) =>
    (findings[i]?.shown ?? []).map((text): CitedSentence => ({ text, cites: [id] })),
  );
  const { kept, cut, writtenBy } = await write(asked, supports, composed, tools, runs);
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

async function gather(asked: Asked, tools: Tools, runs: ToolRun[]): Promise<Gathered[]> {
  const text = plain(asked.question);
  const personal = /\b(?:my|i|me|mine|i'm|i've|patient|record|chart|his|her|he|she|this person)\b/.test(text);
  const future =
    /\b(?:risk|chances?|likel\w+|odds|probab\w+|forecast|predict\w*)\b|\b(?:will|going to|could) (?:i|he|she|the patient)\b/.test(
      text,
    );
  const generalWording =
    /\b(?:what (?:is|are|causes?|does .* mean)|symptoms?|signs|treat|prevent|how (?:is|are|common))\b/.test(
      text,
    ) && !/\bmy\b|\b(?:do|did|have|had|am) i\b|\bpatient\b/.test(text);
  if (personal && future && tools.forecast !== null) {
    const found = await runTool("forecast", forecastTool, asked, tools, runs);
    if (found.length > 0) return found;
  } else if (!generalWording && !(personal && future)) {
    const found = await runTool("record", recordTool, asked, tools, runs);
    if (found.length > 0) return found;
  }
  return await runTool("knowledge", knowledgeTool, asked, tools, runs);
}

async function write(
  { question, register }: Asked,
  supports: readonly Support[],
  composed: readonly CitedSentence[],
  { model }: Tools,
  runs: ToolRun[],
): Promise<{ kept: readonly CitedSentence[]; cut: Answer["cut"]; writtenBy: string }> {
  const own = { ...verifyDraft(composed, supports), writtenBy: "composed" };
  if (model === null || supports.length === 0) return own;
  try {
    const draft = readDraft(await model.draft({ question, register, supports }));
    const { kept, cut } = verifyDraft(draft, supports);
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
