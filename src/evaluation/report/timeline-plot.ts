/** One person's history up to the prediction time: a row a code, measurements as a line of their own scale, other events as marks. */
import { dataTable } from "../../drawing/data-table.ts";
import { type Markup, markup } from "../../drawing/markup.ts";
import { counted, fixed } from "../../drawing/number-text.ts";
import { niceScale, type Scale, scaleOf } from "../../drawing/scale.ts";
import type { ShownPatient } from "./report-input.ts";

const DAYS_PER_YEAR = 365.25;
type Event = ShownPatient["history"][number];

export function timelinePlot(history: readonly Event[], nameOf: (code: string) => string): Markup {
  const lanes = new Map<string, Event[]>();
  for (const event of history) lanes.set(event.code, [...(lanes.get(event.code) ?? []), event]);
  const earliest = Math.min(-1, ...history.map(({ days }) => days / DAYS_PER_YEAR));
  const step = earliest < -12 ? 5 : earliest < -5 ? 2 : 1;
  const years = scaleOf(Math.floor(earliest / step) * step, 0, step);
  const hasValue = (events: readonly Event[]) => events.some(({ value }) => value !== null);
  const ordered = [...lanes].sort(
    ([, a], [, b]) => Number(hasValue(b)) - Number(hasValue(a)) || b.length - a.length,
  );
  return markup`<table class="forest timeline"><caption class="hidden">History by code, years before the prediction time</caption><colgroup><col class="c-label"><col><col class="c-figures"></colgroup>
<thead class="hidden"><tr><th scope="col">Code</th><td></td><th scope="col">Last</th></tr></thead><tbody>${ordered.map(
    ([code, events]) =>
      markup`<tr class="${events.length > 2 && hasValue(events) ? "tall" : ""}"><th scope="row">${nameOf(code)}<small>${code}</small></th><td class="cell">${lane(events, years)}</td><td class="figures">${lastOf(events)}</td></tr>`,
  )}</tbody><tfoot aria-hidden="true"><tr><td></td><td class="cell"><svg class="strip axis" aria-hidden="true" focusable="false"><line class="grid base" x1="0" x2="100%" y1="0.5" y2="0.5"/>${years.ticks.map(
    (tick) =>
      markup`<text class="tick" x="${years.percent(tick)}" y="15">${tick === 0 ? "now" : fixed(-tick, 0)}</text>`,
  )}</svg></td><td class="unit">years before</td></tr></tfoot></table>`;
}

export function historyTable(history: readonly Event[], nameOf: (code: string) => string): Markup {
  return dataTable({
    caption: "History, the latest event first",
    columns: ["Years before", "Event", "Code", "Value"],
    rows: history
      .toReversed()
      .map((event) => [
        fixed(-event.days / DAYS_PER_YEAR, 1),
        nameOf(event.code),
        event.code,
        event.value === null ? "" : valueText(event),
      ]),
  });
}

function lane(events: readonly Event[], years: Scale): Markup {
  const grid = years.ticks.map(
    (tick) =>
      markup`<line class="grid" x1="${years.percent(tick)}" x2="${years.percent(tick)}" y1="0" y2="100%"/>`,
  );
  const values = events.flatMap(({ value }) => (value === null ? [] : [value]));
  if (values.length === 0) {
    return markup`<svg class="strip" aria-hidden="true" focusable="false">${grid}${events.map(
      ({ days }) =>
        markup`<use href="#k-diamond" class="mark event" x="${years.percent(days / DAYS_PER_YEAR)}" y="50%"/>`,
    )}</svg>`;
  }
  const scale = niceScale(values, 2);
  const places = events
    .filter(({ value }) => value !== null)
    .map((event) => ({
      event,
      x: years.at(event.days / DAYS_PER_YEAR),
      y: 88 - 0.76 * scale.at(event.value ?? 0),
    }));
  const path = places.map(({ x, y }, i) => `${i === 0 ? "M" : "L"}${x.toFixed(2)} ${y.toFixed(1)}`).join("");
  return markup`<svg class="strip" aria-hidden="true" focusable="false">${grid}<svg class="stretch" viewBox="0 0 100 100" preserveAspectRatio="none"><path class="line value" d="${path}"/></svg>${places.map(
    ({ event, x, y }) =>
      markup`<circle class="dot value" cx="${x.toFixed(2)}%" cy="${y.toFixed(1)}%" r="2.6"><title>${valueText(event)}, ${fixed(-event.days / DAYS_PER_YEAR, 1)} years before</title></circle>`,
  )}${
    places.length > 2 &&
    [Math.max(...values), Math.min(...values)].map(
      (value, i) =>
        markup`<text class="tick start" x="0" y="${i === 0 ? "12%" : "88%"}" dx="3" dy="${i === 0 ? 8 : 0}">${numberText(value)}</text>`,
    )
  }</svg>`;
}

function lastOf(events: readonly Event[]): Markup {
  const last = events.at(-1);
  if (last === undefined) return markup``;
  const ago = -last.days / DAYS_PER_YEAR;
  const when =
    ago < 0.05
      ? "now"
      : ago < 1
        ? `${Math.max(1, Math.round(12 * ago))} mo before`
        : `${fixed(ago, 1)} y before`;
  return markup`<b>${last.value === null ? counted(events.length, "time") : valueText(last)}</b> <span>${when}</span>`;
}

function valueText({ value, unit }: Event): string {
  if (value === null) return "";
  return `${numberText(value)}${unit === null || unit === "1" ? "" : ` ${unit}`}`;
}

function numberText(value: number): string {
  return fixed(value, Number.isInteger(value) ? 0 : Math.abs(value) < 10 ? 2 : 1);
}
