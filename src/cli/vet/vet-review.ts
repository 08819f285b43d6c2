/** `longitude vet list`, `next`, `decide`, `adjudicate`: the work of reviewers. */
import { randomUUID } from "node:crypto";
import { type Command, InvalidArgumentError } from "commander";
import { systemEffects } from "../../effects/effects.ts";
import { type ClaimedItem, claimNext } from "../../vetting/queue/claim-next.ts";
import { type DecisionResult, decide } from "../../vetting/queue/decide.ts";
import { type ChartLine, readChart } from "../../vetting/queue/read-chart.ts";
import { vettingArea, vettingTables } from "../../vetting/queue/vetting-tables.ts";
import { requireReviewer } from "../../vetting/statements/reviewers.ts";
import { build } from "../build.ts";
import { withState } from "../open-site-state.ts";
import { readSite, type Site } from "../read-site.ts";
import { withInterrupt } from "../run-verb.ts";
import { readVettingFiles } from "../site-vetting.ts";
import { print, type VetFlags, vetVerb } from "./vet-flags.ts";

export function reviewCommands(): Command[] {
  return [listCommand(), nextCommand(), decideCommand("review"), decideCommand("adjudication")];
}

function listCommand(): Command {
  return vetVerb("list", "List the items of the queue with their state.")
    .option("--state <state>", "only open, disputed or settled ones")
    .action(async (flags: VetFlags & { state?: string }) => {
      const site = await readSite(flags.site);
      const items = await withState(site, [vettingArea], (state) =>
        state.transaction(async (tx) => {
          const rows = await vettingTables(tx)
            .selectFrom("vetting_item as item")
            .leftJoin("vetting_review as review", "review.item_id", "item.id")
            .select(({ fn }) => [
              "item.id",
              "item.kind",
              "item.name",
              "item.state",
              "item.verdict",
              fn.count<number>("review.id").as("reviews"),
            ])
            .groupBy("item.id")
            .orderBy("item.id")
            .execute();
          return rows.filter((row) => flags.state === undefined || row.state === flags.state);
        }),
      );
      const lines = items.map(
        ({ id, state, verdict, reviews }) =>
          `${state.padEnd(9)} ${String(verdict ?? "-").padEnd(9)} ${reviews} reviews  ${id}\n`,
      );
      print(flags, "longitude.vetting-items/1", { items }, lines.join("") || "The queue is empty.\n");
    });
}

interface NextFlags extends VetFlags {
  readonly as: string;
  readonly adjudicate?: boolean;
  readonly kind?: string;
  readonly name?: string;
}

function nextCommand(): Command {
  return vetVerb("next", "Claim the next item for a reviewer, for an hour, and show it.")
    .requiredOption("--as <id>", "who reviews, as in reviewers.yaml")
    .option("--adjudicate", "an item on which two reviewers differ, with what they said but not who")
    .option("--kind <kind>", "only items of this kind: outcome, label, knowledge …")
    .option("--name <name>", "only items of this outcome or definition")
    .action(async (flags: NextFlags) => {
      const site = await readSite(flags.site);
      const { reviewers } = await readVettingFiles(site.folder, site.configuration.vetting);
      const adjudicates = flags.adjudicate === true;
      requireReviewer(reviewers, flags.as, adjudicates ? "adjudicator" : "reviewer");
      const role = adjudicates ? "adjudication" : "review";
      const item = await withState(site, [vettingArea], (state) =>
        state.transaction((tx) =>
          claimNext(tx, role, flags.as, systemEffects.now(), { kind: flags.kind, name: flags.name }),
        ),
      );
      const chart = item?.subjectKey == null ? null : await chartOf(site, item.subjectKey);
      print(
        flags,
        "longitude.vetting-next/1",
        { item, chart },
        item === null ? "Nothing waits for you.\n" : itemText(item, chart),
      );
    });
}

/** From the site's records, which are read first where they are missing. */
async function chartOf(site: Site, subjectKey: string): Promise<ChartLine[]> {
  const report = await withInterrupt((signal) =>
    build(site, systemEffects, { targets: ["records"], signal, json: true }),
  );
  return readChart(report.stages[0]?.folder ?? "", subjectKey);
}

function itemText(item: ClaimedItem, chart: readonly ChartLine[] | null): string {
  const shown =
    chart === null
      ? [JSON.stringify(item.content, null, 2)]
      : chart.map(
          ({ date, code, value, unit, text }) =>
            `${date ?? "undated   "}  ${code}${value === null ? "" : `  ${value} ${unit ?? ""}`}${text === null ? "" : `  ${text}`}`,
        );
  const said = item.reviews.map(
    ({ verdict, confidence, reason }) => `review: ${verdict}, confidence ${confidence} of 5: ${reason}`,
  );
  return `${[
    `${item.id}  (${item.kind}: ${item.name}), yours until ${item.leaseUntil}`,
    "",
    item.guideline,
    "",
    ...shown,
    ...(said.length === 0 ? [] : ["", ...said]),
  ].join("\n")}\n`;
}

interface DecideFlags extends VetFlags {
  readonly as: string;
  readonly item: string;
  readonly verdict: string;
  readonly confidence: number;
  readonly reason: string;
  readonly decision?: string;
}

function decideCommand(role: "review" | "adjudication"): Command {
  const verb =
    role === "review"
      ? vetVerb("decide", "Record a review of an item that you have claimed.")
      : vetVerb("adjudicate", "Decide an item on which two reviewers differ, as a third person.");
  return verb
    .requiredOption("--as <id>", "who decides, as in reviewers.yaml")
    .requiredOption("--item <id>", "the item, as `longitude vet next` shows it")
    .requiredOption("--verdict <verdict>", "approve or reject; of a chart: present, absent or uncertain")
    .requiredOption("--confidence <1-5>", "1 is a guess, 5 is certain", (text: string) => {
      if (!/^[1-5]$/.test(text)) throw new InvalidArgumentError("a whole number from 1 to 5");
      return Number(text);
    })
    .requiredOption("--reason <text>", "why, in a sentence")
    .option("--decision <id>", "an id of your own: the same one again records nothing twice")
    .action(async (flags: DecideFlags) => {
      const site = await readSite(flags.site);
      const { reviewers } = await readVettingFiles(site.folder, site.configuration.vetting);
      requireReviewer(reviewers, flags.as, role === "review" ? "reviewer" : "adjudicator");
      const { item: itemId, as: reviewer, verdict, confidence, reason } = flags;
      const decision = {
        id: flags.decision ?? randomUUID(),
        itemId,
        reviewer,
        role,
        verdict,
        confidence,
        reason,
      };
      const result = await withState(site, [vettingArea], (state) =>
        state.transaction((tx) => decide(tx, decision, systemEffects.now())),
      );
      print(flags, "longitude.vetting-decision/1", { decision: decision.id, ...result }, resultText(result));
    });
}

function resultText({ itemId, state, verdict }: DecisionResult): string {
  if (state === "settled") return `recorded; ${itemId} is settled: ${verdict ?? ""}\n`;
  return state === "disputed"
    ? `recorded; the reviewers of ${itemId} differ, a third person decides\n`
    : `recorded; ${itemId} needs one more review\n`;
}
