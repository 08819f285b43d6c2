/** The account of an ingest as a table for people; counts and codes only. */
import type { CopiedCodesCheck } from "./find-copied-codes.ts";
import type { IngestReport } from "./ingest-report.ts";
import type { Fate } from "./tally.ts";

type Found = Omit<IngestReport, "dataset" | "copiedCodes" | "increment">;

const MAX_LISTED = 12;

/** One row per fate, reason and source, with the sum that proves that nothing is missing. */
export function tallyText(report: Found): string {
  const { candidates } = report;
  const rows = report.tally.map(({ fate, reason, source, count }) => [fate, reason, source, grouped(count)]);
  rows.push(["in", "", "all sources", grouped(candidates.in)]);
  const sum = (fate: Fate, count: number): string => `${grouped(count)} ${fate}`;
  const account = [
    sum("kept", candidates.kept),
    sum("rejected", candidates.rejected),
    sum("dropped", candidates.dropped),
    sum("not an event", candidates.notEvents),
  ].join(" + ");
  const share = `rejected ${percent(report.rejectShare)}, limit ${percent(report.rejectLimit)}`;
  return [
    columns([["fate", "reason", "source", "count"], ...rows]),
    `${grouped(candidates.in)} in = ${account} (${share})`,
    ...listed("kept, but worth a look", report.notes),
    ...listed("values in a unit that is not recognised, by code", report.unknownUnits),
    ...listed("resources that were not read", report.resourcesNotRead),
    "",
  ].join("\n");
}

/** Pairs that nobody has decided about yet; empty when there are none. */
export function copiedCodesText({ pairs, rowsChecked, personsChecked }: CopiedCodesCheck): string {
  const open = pairs.filter((pair) => !pair.resolved);
  if (open.length === 0) return "";
  const rows = open
    .slice(0, MAX_LISTED)
    .map(({ codes, jointRows, equalShare }) => [...codes, percent(equalShare), grouped(jointRows)]);
  const more =
    open.length > MAX_LISTED ? [`  … and ${open.length - MAX_LISTED} more in metadata/ingest.json`] : [];
  return [
    `warning: ${open.length} pair(s) of codes carry the same values; one of each is probably a copy (drop it with --drop CODE)`,
    columns([["code", "code", "equal", "joint rows"], ...rows]),
    ...more,
    `  (${grouped(rowsChecked)} values of ${grouped(personsChecked)} persons were compared)`,
    "",
  ].join("\n");
}

export function datasetText({ dataset }: IngestReport, out: string): string {
  const { splits } = dataset;
  return `${out}: ${grouped(dataset.events)} events of ${grouped(dataset.subjects)} persons, ${grouped(dataset.codes)} codes, ${dataset.shards} shard(s); train ${grouped(splits.train)}, tuning ${grouped(splits.tuning)}, held out ${grouped(splits.held_out)}${dataset.groups > 0 ? `; ${grouped(dataset.groups)} groups kept whole` : ""}\n`;
}

/** What an increment did; empty for an ingest of everything. */
export function incrementText({ increment }: IngestReport): string {
  if (increment === null) return "";
  const { personsAdded, personsWrittenAnew, personsGone, eventsReplaced } = increment;
  const { shardsAdded, shardsRewritten, shardsKept } = increment;
  return `increment: ${grouped(personsAdded)} persons added, ${grouped(personsWrittenAnew)} written anew, ${grouped(personsGone)} gone; ${grouped(eventsReplaced)} events replaced or taken back; shards: ${shardsAdded} added, ${shardsRewritten} rewritten, ${shardsKept} kept\n`;
}

function listed(title: string, rows: readonly { readonly what: string; readonly count: number }[]): string[] {
  if (rows.length === 0) return [];
  const shown = rows.slice(0, MAX_LISTED).map(({ what, count }) => `${what} ${grouped(count)}`);
  if (rows.length > MAX_LISTED) shown.push(`and ${rows.length - MAX_LISTED} more`);
  return [`${title}: ${shown.join(", ")}`];
}

/** Left-aligned columns, the last one right-aligned. */
function columns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  const last = widths.length - 1;
  return rows
    .map(
      (row) =>
        `  ${row.map((cell, i) => (i === last ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!))).join("  ")}`,
    )
    .join("\n");
}

function grouped(count: number): string {
  return count.toLocaleString("en-US");
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}
