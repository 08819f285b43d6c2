/**
 * From an answer to CDS cards: one card with the forecasts that may be shown, in words, with interval, natural
 * frequency, drivers, for whom it was validated, and the version.
 * Invariant: text that came with the request is escaped; a summary is shorter than 140 characters.
 */

import { durationText } from "../../vetting/duration.ts";
import type { VettedKnowledge } from "../../vetting/knowledge/knowledge-statement.ts";
import type { Answer, Driver, Forecast } from "../answers/answer.ts";
import type { ShownForecast } from "../answers/shown-forecast.ts";
import type { ShownStage } from "../stages/effective-stage.ts";
import { cardIdOf } from "./card-id.ts";
import { OVERRIDE_REASONS } from "./override-reasons.ts";
import { type Suggestion, suggestionOf } from "./suggestion.ts";

export interface Card {
  readonly uuid: string;
  readonly summary: string;
  readonly detail: string;
  readonly indicator: "info";
  readonly source: { readonly label: string; readonly topic: Coding };
  readonly overrideReasons: readonly Coding[];
  readonly suggestions?: readonly Suggestion[];
  readonly selectionBehavior?: "at-most-one";
  readonly links?: readonly Link[];
}

interface Link {
  readonly label: string;
  readonly url: string;
  readonly type: "absolute" | "smart";
  readonly appContext?: string;
}

interface Coding {
  readonly code: string;
  readonly system: string;
  readonly display: string;
}

export interface CardContext {
  readonly site: string;
  readonly hookInstance: string;
  readonly serviceId: string;
  /** Base of the hospital's FHIR server, one that the site lists; null where the request names none. */
  readonly fhirServer: string | null;
  /** FHIR id. */
  readonly patient: string;
  /** What is vetted today. */
  readonly knowledge: readonly VettedKnowledge[];
  /** Where a SMART launch into the workspace begins; null where the site has none. */
  readonly launch: string | null;
}

const LONGEST_SUMMARY = 139;
const MARKS: Partial<Record<ShownStage, string>> = {
  sandbox: "Sandbox, not for care. ",
  pilot: "Pilot. ",
};
const MOST_LINKS = 5;

/** No card where nothing may be shown. */
export function cardsOf(answer: Answer, shown: readonly ShownForecast[], context: CardContext): Card[] {
  if (shown.length === 0) return [];
  const given = shown
    .filter(({ forecast }) => forecast.risk !== null)
    .sort(
      (a, b) => excess(b.forecast) - excess(a.forecast) || (b.forecast.risk ?? 0) - (a.forecast.risk ?? 0),
    );
  const first = given[0];
  const mark = MARKS[(first ?? shown[0])?.stage ?? "live"] ?? "";
  const links: Link[] = [
    ...linksOf(
      given.slice(0, 3).flatMap(({ forecast }) => forecast.drivers),
      context,
    ),
    ...launchOf(answer, context),
  ];
  const uuid = cardIdOf(context.hookInstance, context.serviceId, answer.id);
  const suggestion =
    first === undefined ? null : suggestionOf(first, context.knowledge, context.patient, uuid);
  return [
    {
      uuid,
      summary: shortened(
        first === undefined ? `${mark}No forecast: ${reasonOf(shown)}` : `${mark}${sentence(first.forecast)}`,
      ),
      detail: detailOf(answer, given, shown, mark, context.site),
      indicator: "info",
      source: {
        label: `Longitude at ${context.site}, model ${answer.release.version}`,
        topic: { code: "risk-forecast", system: "urn:longitude:topic", display: "Forecast of risk" },
      },
      overrideReasons: OVERRIDE_REASONS,
      ...(suggestion === null
        ? {}
        : { suggestions: [suggestion], selectionBehavior: "at-most-one" as const }),
      ...(links.length === 0 ? {} : { links }),
    },
  ];
}

/** How many times what is usual for the outcome a risk is. */
function excess({ risk, validated }: Forecast): number {
  const usual = validated?.incidence ?? 0;
  return risk === null || usual <= 0 ? 0 : risk / usual;
}

function reasonOf(shown: readonly ShownForecast[]): string {
  return shown[0]?.forecast.abstained ?? "none was asked for";
}

function sentence({ title, horizon, risk }: Forecast): string {
  return `${title} within ${durationText(horizon)}: ${percent(risk ?? 0)} (${frequency(risk ?? 0)})`;
}

function detailOf(
  answer: Answer,
  given: readonly ShownForecast[],
  shown: readonly ShownForecast[],
  mark: string,
  site: string,
): string {
  const lines: string[] = [];
  if (mark !== "") lines.push(`**${mark.trim()}**`, "");
  if (given.length > 0) {
    lines.push(
      "| outcome | within | risk | in people | comparable people: observed (95 % interval, n) | all people |",
      "|---|---|---|---|---|---|",
    );
    for (const { forecast } of given) {
      const { title, horizon, risk, comparable, validated } = forecast;
      const observed =
        comparable === null
          ? "too few to say"
          : `${percent(comparable.observed)} (${percent(comparable.low)} to ${percent(comparable.high)}, n = ${comparable.n})`;
      lines.push(
        `| ${escaped(title)} | ${durationText(horizon)} | ${percent(risk ?? 0)} | ${frequency(risk ?? 0)} | ${observed} | ${usually(validated)} |`,
      );
    }
    const drivers = given[0]?.forecast.drivers ?? [];
    if (drivers.length > 0)
      lines.push(
        "",
        `What moved ${escaped(given[0]?.forecast.title ?? "")}: ${drivers.map(driverText).join("; ")}.`,
      );
    if (given[0] !== undefined) lines.push("", applicability(given[0].forecast, site));
  }
  const withheld = new Map<string, string[]>();
  for (const { forecast } of shown) {
    if (forecast.abstained === null) continue;
    const titles = withheld.get(forecast.abstained) ?? [];
    if (!titles.includes(forecast.title)) titles.push(forecast.title);
    withheld.set(forecast.abstained, titles);
  }
  for (const [reason, titles] of withheld)
    lines.push("", `No forecast of ${titles.map(escaped).join(", ")}: ${escaped(reason)}.`);
  if (answer.record.missing.length > 0)
    lines.push(
      "",
      `Not in the record, though the model uses it: ${answer.record.missing.slice(0, 6).map(escaped).join(", ")}.`,
    );
  lines.push(
    "",
    `Read in one pass from ${answer.record.events} events, ${answer.estimator.futures === 0 ? "no simulated futures" : `${answer.estimator.futures} simulated futures`}. Release ${answer.release.id}, version ${escaped(answer.release.version)}, to be reviewed by ${answer.release.reviewBy}. Answer ${answer.id}.`,
  );
  return lines.join("\n");
}

function usually(validated: Forecast["validated"]): string {
  return validated?.incidence == null ? "not measured" : percent(validated.incidence);
}

/** For whom the first forecast was validated, and how well it ranks. */
function applicability({ title, horizon, validated, verdict }: Forecast, site: string): string {
  const of = `${escaped(title)} within ${durationText(horizon)}`;
  if (validated === null) return `${of} was not measured; the gates say: ${verdict}.`;
  const { persons, onsets, cIndex } = validated;
  const ranks =
    cIndex === null
      ? ""
      : `; C-index ${cIndex.value.toFixed(2)} (${cIndex.low.toFixed(2)} to ${cIndex.high.toFixed(2)})`;
  return `${of} was validated on ${persons} held-out people of ${escaped(site)}, ${onsets} of whom had it${ranks}; this person is of that population. The gates say: ${verdict}.`;
}

function driverText({ code, display, change, events }: Driver): string {
  const name = display === null ? escaped(code) : `${escaped(display)} (${escaped(code)})`;
  const points = `${change > 0 ? "+" : "−"}${Math.abs(100 * change).toFixed(1)} points`;
  return `${name} ${points} (${events} in the record)`;
}

function launchOf(answer: Answer, { launch }: CardContext): Link[] {
  return launch === null
    ? []
    : [
        {
          label: "Open in the workspace",
          url: launch,
          type: "smart",
          appContext: JSON.stringify({ answer: answer.id }),
        },
      ];
}

function linksOf(drivers: readonly Driver[], { fhirServer }: CardContext) {
  if (fhirServer === null) return [];
  const base = fhirServer.endsWith("/") ? fhirServer : `${fhirServer}/`;
  const resources = drivers.flatMap((driver) =>
    driver.resources.slice(0, 1).map((resource) => ({ resource, name: driver.display ?? driver.code })),
  );
  const seen = new Set<string>();
  return resources
    .filter(
      ({ resource }) =>
        /^[A-Za-z]+\/[A-Za-z0-9.-]{1,64}$/.test(resource) && !seen.has(resource) && seen.add(resource),
    )
    .slice(0, MOST_LINKS)
    .map(({ resource, name }) => ({
      label: shortened(name),
      url: new URL(resource, base).href,
      type: "absolute" as const,
    }));
}

export function percent(risk: number): string {
  const value = 100 * risk;
  return value > 0 && value < 0.1 ? "below 0.1 %" : `${value.toFixed(value < 10 ? 1 : 0)} %`;
}

/** As people: about 4 of 100, about 3 of 1,000. */
export function frequency(risk: number): string {
  for (const people of [100, 1000, 10_000]) {
    const count = Math.round(risk * people);
    if (count >= 1 && (people > 100 || count >= 2))
      return `about ${count} of ${people.toLocaleString("en-US")}`;
  }
  return risk * 100 >= 1 ? "about 1 of 100" : "fewer than 1 of 10,000";
}

/** Markdown and HTML mean nothing in text of others. */
function escaped(text: string): string {
  return text
    .slice(0, 120)
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, " ")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(/[\\`*_{}[\]()#!|~]/g, (mark) => `\\${mark}`);
}

function shortened(text: string): string {
  return text.length <= LONGEST_SUMMARY ? text : `${text.slice(0, LONGEST_SUMMARY - 1)}…`;
}
