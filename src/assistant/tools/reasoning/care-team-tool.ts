/** What the site's specialty panels see in one person: concerns with owners, what is vetted to consider, and conflicts. */
import type { CareTeamAnswer, Concern, Proposal } from "../../../reasoning/care-team/care-team.ts";
import type { Conflict } from "../../../reasoning/care-team/conflicts.ts";
import { nameOf } from "../../record/concept.ts";
import type { Asked, Gathered, Tools } from "../tools.ts";
import { percentOf, reasoned, yearsOf } from "./reasoned-finding.ts";

const [MOST_CONCERNS, MOST_PROPOSALS] = [8, 4];

export async function careTeamTool(asked: Asked, tools: Tools): Promise<Gathered[]> {
  const { say, register } = asked;
  const reasoner = await tools.reasoning?.();
  if (reasoner == null) return [];
  const found = await reasoner.careTeam();
  if (found === null) return [];
  const { answer, days } = found;
  const own = (statements: readonly string[], outcomes: readonly string[]) =>
    reasoned("care-team", statements, answer.basis, { days, outcomes });
  const notice = [answer.basis.label, ...answer.basis.notices].join("; ");
  const concerns = answer.concerns.slice(0, MOST_CONCERNS);
  const told = [
    ...concerns.map((concern) => own([concernOf(concern, days, asked)], [concern.outcome])),
    ...(concerns.length === 0 ? [own([say("noConcern")], [])] : []),
    // What a panel would do is for those who may decide it.
    ...(register === "clinician" ? planOf(answer, asked, tools) : []),
    own([say(register === "patient" ? "askYourTeam" : "association")], []),
  ];
  return told.map((one, i) => (i === 0 ? { ...one, notice } : one));
}

function concernOf(
  { title, known, probability, owner, agree, disagree }: Concern,
  days: number,
  { say, register }: Asked,
): string {
  if (register === "patient") return say(known ? "teamKnows" : "teamWatches", { name: title, owner });
  const others = [
    ...(agree.length === 0 ? [] : [say("agree", { panels: agree.join(", ") })]),
    ...(disagree.length === 0
      ? []
      : [
          say("disagree", {
            panels: disagree.map(({ panel, threshold }) => `${panel} ${percentOf(threshold)} %`).join(", "),
          }),
        ]),
  ].join("");
  return known || probability === null
    ? say("concernKnown", { name: title, owner, others })
    : say("concern", { name: title, owner, years: yearsOf(days), percent: percentOf(probability), others });
}

function planOf({ proposals, conflicts }: CareTeamAnswer, asked: Asked, tools: Tools): Gathered[] {
  return [
    ...proposals.slice(0, MOST_PROPOSALS).flatMap((proposal) => proposalOf(proposal, asked)),
    ...conflicts.map((conflict) => conflictOf(conflict, proposals, asked, tools)),
  ];
}

function proposalOf({ id, action, status, owner, strength, source }: Proposal, { say }: Asked): Gathered[] {
  const { title, publisher, url } = source;
  const link = { type: "passage", id, publisher, title, url, vetted: true } as const;
  const statement = say("proposal", { title, status, owner, strength });
  return [
    { finding: { kind: "passage", statements: [action, statement], link }, shown: [action, statement] },
  ];
}

function conflictOf(
  { kind, severity, recordCode, proposals: of, statement }: Conflict,
  proposals: readonly Proposal[],
  { say }: Asked,
  { descriptionOf }: Tools,
): Gathered {
  const { id, text, source, url } = statement;
  const between = proposals.filter((one) => of.includes(one.id)).map(({ action }) => action);
  const against = recordCode === null ? between.slice(1).join(", ") : nameOf(recordCode, descriptionOf);
  const said = say("conflict", { kind, severity, act: between[0] ?? "", against });
  const link = { type: "passage", id, publisher: source, title: source, url, vetted: true } as const;
  return { finding: { kind: "passage", statements: [said, text], link }, shown: [said, text] };
}
