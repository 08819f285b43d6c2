/** What the site has vetted and what was published, quoted with publisher and link. */
import { extract, statementsOf } from "../knowledge-extract.ts";
import type { Passage } from "../retrieval/passage.ts";
import { questionKinds } from "../retrieval/question-kind.ts";
import { namedIn } from "../words.ts";
import type { Asked, Finding, Gathered, Tools } from "./tools.ts";

/** Kinds of questions that the statements of a site answer: what to know or consider when a risk is high. */
const ADVICE: ReadonlySet<string> = new Set(["prevention", "treatment", "considerations", "susceptibility"]);
const NOT_VETTED = "published text, not vetted by this site";

export async function knowledgeTool(
  { question, register }: Asked,
  { passages, vetted, outcomes }: Tools,
): Promise<Gathered[]> {
  const about = new Set(
    outcomes.filter(({ title, name }) => namedIn(question, [title, name])).map(({ name }) => name),
  );
  const advice = questionKinds(question).some((kind) => ADVICE.has(kind));
  const own = advice ? vetted.filter((one) => one.outcomes.some((name) => about.has(name))) : [];
  const found = ((await passages?.find(question, 2)) ?? []).filter(({ ofKind }, i) => ofKind || i === 0);
  const best = found.filter(({ subject }) => subject >= (found[0]?.subject ?? 0) - 0.05);
  return [
    ...own
      .slice(0, 2)
      .map(({ passage, notice }) => quotation(passage, [passage.text], [passage.text], true, notice)),
    ...best.slice(0, 1).flatMap(({ passage }) => {
      const statements = statementsOf(passage);
      const shown = extract(question, statements, register, 3);
      return shown.length === 0 ? [] : [quotation(passage, statements, shown, false, NOT_VETTED)];
    }),
  ];
}

export function quotation(
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
