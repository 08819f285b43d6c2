/** Ways in which tomorrow's records may differ from those that a model was proven on. */
import type { Random } from "../../../effects/random.ts";
import { parentCode } from "../../../timeline/parent-code.ts";
import { systemOf } from "../../../tokens/vocabulary.ts";
import type { HistoryEvent, PatientHistory } from "../../../vetting/patient-history.ts";
import type { Change } from "../rescore.ts";

export interface Perturbation {
  readonly name: string;
  readonly change: Change;
  /** Which of the configured limits it must keep; null: its effect is told. */
  readonly limit: "shuffledDays" | "unitSlips" | "codingDrift" | null;
}

const MISSING_SHARE = 0.2;
const SLIP_SHARE = 0.1;
const DRIFT_SHARE = 0.5;

/** @param histories whose systems of codes are taken away, one after the other */
export function perturbations(histories: readonly PatientHistory[], random: Random): Perturbation[] {
  return [
    ...domainsOf(histories).map(
      (domain): Perturbation => ({
        name: `without ${domain}`,
        change: only(({ code }) => domainOf(code) !== domain),
        limit: null,
      }),
    ),
    {
      name: "a fifth of the events missing",
      change: (history) => {
        const own = random.fork(`missing ${history.subjectId}`);
        return only(() => own.next() >= MISSING_SHARE)(history, 0);
      },
      limit: null,
    },
    {
      name: "half of the codes written as their parent, or as something unknown",
      change: each((event) => (drifts(event.code) ? { ...event, code: drifted(event.code) } : event)),
      limit: "codingDrift",
    },
    {
      name: "a tenth of the values ten times too high",
      change: (history) => {
        const own = random.fork(`slips ${history.subjectId}`);
        return each((event) =>
          event.value !== null && own.next() < SLIP_SHARE ? { ...event, value: 10 * event.value } : event,
        )(history, 0);
      },
      limit: "unitSlips",
    },
    {
      name: "events of one day in another order",
      change: (history) => shuffledDays(history, random.fork(`days ${history.subjectId}`)),
      limit: "shuffledDays",
    },
  ];
}

function only(keep: (event: HistoryEvent) => boolean): Change {
  return (history) => ({ ...history, events: history.events.filter(keep) });
}

function each(change: (event: HistoryEvent) => HistoryEvent): Change {
  return (history) => ({ ...history, events: history.events.map(change) });
}

function domainOf(code: string): string {
  return systemOf(code) || code;
}

/** A domain that is the whole record would leave nothing to read. */
function domainsOf(histories: readonly PatientHistory[]): string[] {
  const domains = new Set(histories.flatMap(({ events }) => events.map(({ code }) => domainOf(code))));
  return domains.size < 2 ? [] : [...domains].sort();
}

/** The same codes drift in every record, as they do when a hospital changes its books. */
function drifts(code: string): boolean {
  let hash = 0;
  for (let i = 0; i < code.length; i++) hash = (Math.imul(hash, 31) + code.charCodeAt(i)) | 0;
  return (hash >>> 8) % 1000 < 1000 * DRIFT_SHARE;
}

function drifted(code: string): string {
  return parentCode(code) ?? `${domainOf(code)}/another spelling of ${code}`;
}

/** Times of day change hands within a day; what was known when stays as it was. */
function shuffledDays(history: PatientHistory, random: Random): PatientHistory {
  const byDay = new Map<number, HistoryEvent[]>();
  for (const event of history.events) {
    // An event that was told later than its day is not one of those whose order is in doubt.
    if (event.availableDay !== event.day) continue;
    const day = Math.floor(event.day);
    byDay.set(day, [...(byDay.get(day) ?? []), event]);
  }
  const moved = new Map<HistoryEvent, number>();
  for (const events of byDay.values()) {
    const times = random.shuffle(events.map(({ day }) => day));
    events.forEach((event, i) => {
      moved.set(event, times[i]!);
    });
  }
  const events = history.events.map((event) => {
    const day = moved.get(event);
    return day === undefined ? event : { ...event, day, availableDay: day };
  });
  return { ...history, events: events.sort((a, b) => a.day - b.day) };
}
