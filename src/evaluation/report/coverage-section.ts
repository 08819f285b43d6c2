/** How much of the records the vocabulary knows: exactly, by the parent code, or not at all. */
import { emptyState, figure } from "../../drawing/figure.ts";
import { type Markup, markup } from "../../drawing/markup.ts";
import { count, percent } from "../../drawing/number-text.ts";
import { barLegend, stackedBars } from "../../drawing/stacked-bar.ts";
import type { Coverage, ReportInput } from "./report-input.ts";

type Row = NonNullable<Coverage[string]>["systems"][number];

const PARTS = [
  { label: "exact", fill: "fill-main", of: "exact" },
  { label: "backed off to the parent code", fill: "fill-hatch", of: "backedOff" },
  { label: "unknown to the vocabulary", fill: "fill-strong", of: "unknown" },
] as const;

const SPLIT_NAMES: Readonly<Record<string, string>> = { held_out: "held out", train: "training" };

export function coverageSection({ coverage, measured }: ReportInput): Markup {
  const splits = Object.entries(coverage ?? {});
  const [name, shown] = splits.find(([split]) => split === "held_out") ?? splits[0] ?? [];
  if (coverage === null || name === undefined || shown === undefined) {
    return emptyState(
      "No token coverage.",
      "These records were forecast without counting how well the vocabulary covers them.",
    );
  }
  const all = shown.systems.find(({ system }) => system === "all");
  const known = all === undefined || all.events === 0 ? 1 : all.exact / all.events;
  const people = measured === "held out" ? `${SPLIT_NAMES[name] ?? name} people` : "people from elsewhere";
  const rows = splits.flatMap(([split, { systems, persons, tokensPerPerson }]) =>
    systems.map((row): readonly string[] => [
      `${SPLIT_NAMES[split] ?? split}, ${row.system}`,
      count(row.events),
      ...PARTS.map(({ of }) => share(row[of], row.events)),
      row.system === "all" ? count(persons) : "",
      row.system === "all"
        ? `${Math.round(tokensPerPerson.mean)} / ${tokensPerPerson.median} / ${tokensPerPerson.p90} / ${tokensPerPerson.max}`
        : "",
    ]),
  );
  return figure({
    level: 3,
    title:
      known === 1
        ? `The vocabulary of ${count(shown.vocabulary)} tokens knows every event of ${people}`
        : `The vocabulary of ${count(shown.vocabulary)} tokens knows ${percent(known, 1)} of the events of ${people} exactly`,
    about: `n = ${count(shown.persons)} people, ${count(all?.events ?? 0)} events of the whole record; tokens a person: mean ${Math.round(shown.tokensPerPerson.mean)}, median ${shown.tokensPerPerson.median}, one in ten above ${shown.tokensPerPerson.p90}. Learned on training people only. Counts, so no interval.`,
    chart: markup`${stackedBars(
      "Events by how the vocabulary matched them",
      shown.systems.map((row) => ({
        label: row.system === "all" ? markup`<b>All systems</b>` : markup`<code>${row.system}</code>`,
        parts: PARTS.map(({ label, fill, of }) => ({ label, fill, value: row[of] })),
        figure: figureOf(row),
      })),
    )}${barLegend(PARTS)}`,
    table: {
      caption: "Events by code system and how the vocabulary matched them",
      columns: [
        "People and system",
        "Events",
        "Exact",
        "Backed off",
        "Unknown",
        "People",
        "Tokens a person: mean / median / 90th / most",
      ],
      rows,
    },
    ...(shown.routes === undefined || shown.routes.length === 0
      ? {}
      : {
          after: {
            caption: `What backed off to what, ${people}`,
            columns: ["From", "To", "Events", "Codes"],
            rows: shown.routes.map(({ from, to, events, codes }) => [from, to, count(events), count(codes)]),
          },
        }),
  });
}

function figureOf(row: Row): Markup {
  return markup`<b>${count(row.events)}</b> <span>${share(row.exact, row.events)} exact</span>`;
}

function share(part: number, whole: number): string {
  return whole === 0 ? "0 %" : percent(part / whole, 1);
}
