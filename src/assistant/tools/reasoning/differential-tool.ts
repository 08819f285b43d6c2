/**
 * What the site's model expects to be found in the person, for a question what could explain a complaint.
 * Invariant: every condition is told as a forecast with its probability, never as a diagnosis; a patient is told no
 * thresholds; a complaint that the model has never met is said to be one, and a patient then gets no list at all.
 */
import type { Differential } from "../../../reasoning/differential/differential.ts";
import { conceptsOf } from "../../record/concept.ts";
import { looksLikeOrder } from "../../safety/order-like.ts";
import { quotation } from "../knowledge-tool.ts";
import { type Asked, eventsOf, type Gathered, type Tools } from "../tools.ts";
import { countOf, forecastFinding, percentOf, reasoned, yearsOf } from "./reasoned-finding.ts";
import { presented } from "./reasoning-question.ts";

const [MOST_TOLD, MOST_TOLD_TO_PATIENTS] = [8, 3];

export async function differentialTool(asked: Asked, tools: Tools): Promise<Gathered[]> {
  const { question, register, say } = asked;
  const reasoner = await tools.reasoning?.();
  if (reasoner == null) return [];
  const about = presented(question);
  const problem = about === null ? [] : problemCodes(about, reasoner.codes, tools);
  const found = await reasoner.differential(problem);
  const { answer, days } = found;
  const unknown = about !== null && (problem.length === 0 || found.presented === "unknown");
  const shownAbout = about === null || looksLikeOrder(about) ? say("thisProblem").toLowerCase() : about;
  const own = (statements: readonly string[]) =>
    reasoned("differential", statements, answer.basis, {
      days,
      outcomes: answer.expected.map(({ name }) => name),
      changes: problem.slice(0, 1),
    });
  const said: Gathered[] = [];
  if (unknown) said.push(own([say("problemUnknown", { problem: shownAbout })]));
  else if (found.presented === "added") said.push(own([say("problemAdded", { problem: shownAbout })]));
  if (unknown && register === "patient") return said;
  if (answer.expected.length + answer.known.length === 0) return said;
  return [
    ...said,
    ...expectedOf(answer, days, asked),
    ...known(answer, asked, tools),
    ...(register === "clinician" ? [own(setOf(answer, asked))] : []),
    own([say(register === "patient" ? "notADiagnosis" : "association")]),
    ...vettedOf(answer, tools),
  ].map((one, i) => (i === 0 ? { ...one, notice: noticeOf(answer) } : one));
}

/** Those of the model's codes that the words name; those that the record holds come first. */
export function problemCodes(
  about: string,
  codes: readonly string[],
  { timeline, descriptionOf }: Pick<Tools, "timeline" | "descriptionOf">,
): string[] {
  const recorded = [...new Set(timeline.events.map(({ code }) => code))];
  const written = codes.filter((code) => about.toLowerCase().includes(code.toLowerCase()));
  if (written.length > 0) return written;
  const all = [...new Set([...recorded, ...codes])];
  const concepts = conceptsOf(about, all, descriptionOf);
  return all.filter((code) => concepts.some(({ matches }) => matches(code)));
}

function expectedOf({ expected }: Differential, days: number, asked: Asked): Gathered[] {
  const { say, register } = asked;
  const years = yearsOf(days);
  const most = register === "patient" ? MOST_TOLD_TO_PATIENTS : MOST_TOLD;
  return expected
    .filter(({ inSet }) => inSet)
    .slice(0, most)
    .map(({ name, title, probability, interval }) => {
      const percent = percentOf(probability);
      const statement =
        register === "patient"
          ? say("foundOf100", { name: title, years, count: countOf(probability, say) })
          : interval === null
            ? say("expectedUncalibrated", { name: title, years, percent })
            : say("expected", {
                name: title,
                years,
                percent,
                low: percentOf(interval.low),
                high: percentOf(interval.high),
              });
      return forecastFinding([statement], name, days, "direct");
    });
}

function known({ known: held }: Differential, { say }: Asked, tools: Tools): Gathered[] {
  return held.flatMap(({ name, title }) => {
    const events = eventsOf(
      tools,
      tools.outcomes.find((outcome) => outcome.name === name)?.matches ?? (() => false),
    );
    // What was laid into the record for this answer is not in it.
    if (events.length === 0) return [];
    const statements = [say("known", { name: title })];
    return [{ finding: { kind: "record", statements, link: { type: "events", events } }, shown: statements }];
  });
}

function setOf({ set, expected }: Differential, { say }: Asked): string[] {
  const { group, subgroups } = set;
  // By age nobody may have been found: then of all.
  const ages = group !== null && group.measured.n > 0 ? group.ages : null;
  const measured = ages === null ? set.measured : (group?.measured ?? set.measured);
  const outside = expected.filter(({ inSet }) => !inSet).map(({ title }) => title);
  const coverage = {
    stated: percentOf(set.statedCoverage),
    measured: percentOf(measured.value),
    n: measured.n,
    low: percentOf(measured.low),
    high: percentOf(measured.high),
  };
  return [
    ...(outside.length === 0 ? [] : [say("outsideSet", { names: outside.join(", ") })]),
    set.calibratedOn === 0
      ? say("noSet")
      : ages === null
        ? say("setCoverage", coverage)
        : say("setCoverageOfAges", { ages, ...coverage }),
    ...subgroups
      .filter(({ judgement }) => judgement === "falls short")
      .map(({ attribute, level, coverage }) =>
        say("setFallsShort", {
          group: `${attribute} ${level}`,
          percent: percentOf(coverage.value),
          n: coverage.n,
        }),
      ),
  ];
}

/** One vetted statement of each of the two likeliest conditions. */
function vettedOf({ expected }: Differential, { vetted }: Tools): Gathered[] {
  const told = new Set<string>();
  return expected
    .filter(({ inSet }) => inSet)
    .slice(0, 2)
    .flatMap(({ name }) => {
      const own = vetted.find(({ outcomes, passage }) => outcomes.includes(name) && !told.has(passage.id));
      if (own === undefined) return [];
      told.add(own.passage.id);
      return [quotation(own.passage, [own.passage.text], [own.passage.text], true, own.notice)];
    });
}

function noticeOf({ basis, set }: Differential): string {
  if (set.calibratedOn === 0) return [basis.label, ...basis.notices].join("; ");
  const when =
    set.lookedAt === "index" ? "at their index date" : "when the problem stood in their record first";
  return [basis.label, `calibrated and measured on persons ${when}`, ...basis.notices].join("; ");
}
