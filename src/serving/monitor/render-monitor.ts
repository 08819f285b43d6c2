/** A report of the monitors as one page, which opens without a server: each chart has its table. */
import { dataTable } from "../../drawing/data-table.ts";
import { emptyState, figure } from "../../drawing/figure.ts";
import { type Markup, markup } from "../../drawing/markup.ts";
import { fixed } from "../../drawing/number-text.ts";
import { page } from "../../drawing/page.ts";
import {
  alarmLine,
  EVIDENCE_COLUMNS,
  evidenceCells,
  MONITOR_COLUMNS,
  SAID_COLUMNS,
  saidRows,
  unitRows,
} from "./monitor-lines.ts";
import type { MonitorTold } from "./run-monitor.ts";
import type { UnitFigures } from "./unit-figures.ts";

export function renderMonitor({ release, at, days, units, standing, evidence }: MonitorTold): string {
  const title = `Monitoring of ${release}`;
  const head = markup`<header><h1>${title}</h1><p>Requests of the ${days} days before ${at}. ${standing.length === 0 ? "No alarm stands." : `${standing.length} alarms stand.`}</p></header>`;
  const said = units.flatMap(saidRows);
  return page(title, head, [
    {
      id: "alarms",
      title: "Alarms",
      content:
        standing.length === 0
          ? emptyState("No alarm stands.", "Every unit with enough persons is within its bounds.")
          : markup`<ul>${standing.map((alarm) => markup`<li>${alarmLine(alarm)}</li>`)}</ul>`,
    },
    {
      id: "units",
      title: "Units",
      content: dataTable({
        caption: "What was asked and answered in each unit, by sex and by age, and the largest drift of it",
        columns: MONITOR_COLUMNS,
        rows: units.flatMap(unitRows),
      }),
    },
    {
      id: "said",
      title: "What was said",
      content:
        said.length === 0
          ? emptyState(
              "Nothing to tell.",
              "Nobody said anything of a card or a forecast, or too few persons came.",
            )
          : dataTable({
              caption: "What clinicians said of cards and forecasts, with 95 % intervals",
              columns: SAID_COLUMNS,
              rows: said,
            }),
    },
    {
      id: "matured",
      title: "What came",
      content:
        evidence.length === 0
          ? emptyState(
              "No outcome has matured yet.",
              "A horizon must pass, and a newer record must be known.",
            )
          : dataTable({
              caption: "Forecasts whose horizon has passed against what came, with 95 % intervals",
              columns: EVIDENCE_COLUMNS,
              rows: evidence.map(evidenceCells),
            }),
    },
    ...drifts("inputs", "Input drift", units, ({ inputs }) =>
      inputs.map(({ input, psi, n }) => ({ name: input, psi, n })),
    ),
    ...drifts("scores", "Score drift", units, ({ scores }) =>
      scores.map(({ outcome, horizon, psi, n }) => ({ name: `${outcome}, ${horizon}`, psi, n })),
    ),
  ]);
}

interface Bar {
  readonly name: string;
  readonly psi: number;
  readonly n: number;
}

const MOST_BARS = 12;

function drifts(
  id: string,
  title: string,
  units: readonly UnitFigures[],
  barsOf: (unit: UnitFigures) => readonly Bar[],
) {
  const shown = units.map((unit) => ({ name: unit.unit || "(none named)", bars: barsOf(unit) }));
  const drawn = shown.filter(({ bars }) => bars.length > 0);
  const content =
    drawn.length === 0
      ? emptyState(
          "Not judged.",
          "Too few persons came, or the release does not hold what it is compared with.",
        )
      : markup`${drawn.map(({ name, bars }) =>
          figure({
            level: 3,
            title: `${name}: the largest is ${fixed(Math.max(...bars.map(({ psi }) => psi)), 2)}`,
            about: "Population stability index less what chance gives; one value of each person",
            chart: barChart(`${title} in ${name}`, bars.slice(0, MOST_BARS)),
            table: {
              caption: `${title} in ${name}`,
              columns: ["Of", "PSI", "Persons"],
              rows: bars.map((bar) => [bar.name, fixed(bar.psi, 3), bar.n]),
            },
          }),
        )}`;
  return [{ id, title, content }];
}

const ROW = 22;
const LABEL = 260;
const WIDTH = 640;

function barChart(name: string, bars: readonly Bar[]): Markup {
  const most = Math.max(0.5, ...bars.map(({ psi }) => psi));
  const reach = WIDTH - LABEL - 60;
  return markup`<svg role="img" aria-label="${name}; the table says the same" viewBox="0 0 ${WIDTH} ${bars.length * ROW}" style="display:block;width:100%;max-width:${WIDTH}px">${bars.map(
    ({ name: of, psi }, i) =>
      markup`<text x="${LABEL - 8}" y="${i * ROW + 15}" font-size="12" text-anchor="end" fill="currentColor">${of}</text><rect x="${LABEL}" y="${i * ROW + 4}" width="${Math.max(1, Math.round((psi / most) * reach))}" height="${ROW - 8}" fill="currentColor" fill-opacity="0.6"/><text x="${LABEL + Math.round((psi / most) * reach) + 6}" y="${i * ROW + 15}" font-size="12" fill="currentColor">${fixed(psi, 2)}</text>`,
  )}</svg>`;
}
