/** Do codes and values come as they did in the previous import? */

import { codeParts } from "../code-systems.ts";
import { ksByChance, ksDistance, psi, valuePsi } from "../distribution-distance.ts";
import type { QualityProfile } from "../quality-profile.ts";
import { counts, type Finding, type Judged, named, share } from "./finding.ts";

/** Codes of a system that are compared one by one; the rest counts together. */
const COMPARED_CODES = 200;

export function againstPrevious({ profile, previous, config }: Judged): Finding[] {
  if (previous === null) return [];
  return [
    ...codes(profile, previous, config.minimumCount),
    ...systems(profile, previous, config.minimumCount),
    ...values(profile, previous, config.minimumCount),
  ];
}

function codes(profile: QualityProfile, previous: QualityProfile, minimum: number): Finding[] {
  const now = new Set(profile.codes.map(({ code }) => code));
  const before = new Set(previous.codes.map(({ code }) => code));
  const fresh = profile.codes.filter(({ code }) => !before.has(code));
  const events = fresh.reduce((sum, code) => sum + code.events, 0);
  return [
    { check: "vanishedCodes", of: "all codes", value: 0, n: previous.codes.length, detail: "none" },
    ...previous.codes
      .filter(({ code, events: n }) => n >= minimum && !now.has(code))
      .map(({ code, events: n }): Finding => {
        const detail = `${n.toLocaleString("en-US")} events before, none now`;
        return { check: "vanishedCodes", of: code, value: 1, n, detail };
      }),
    {
      check: "newCodes",
      of: "all events",
      value: share(events, profile.events),
      n: profile.events,
      detail: `${counts(events, profile.events, "events")}${fresh.length === 0 ? "" : `: ${named(fresh.map(({ code }) => code))}`}`,
    },
  ];
}

function systems(profile: QualityProfile, previous: QualityProfile, minimum: number): Finding[] {
  return previous.systems.flatMap(({ system, events: was }): Finding[] => {
    const is = profile.systems.find((one) => one.system === system)?.events ?? 0;
    if (was < minimum || is < minimum) return [];
    const mine = (all: QualityProfile) => all.codes.filter(({ code }) => systemName(code) === system);
    const top = mine(previous).slice(0, COMPARED_CODES);
    const nowOf = new Map(mine(profile).map(({ code, events }) => [code, events]));
    const shares = (counted: readonly number[], total: number): number[] => {
      const rest = total - counted.reduce((sum, n) => sum + n, 0);
      return [...counted, rest].map((n) => n / total);
    };
    const before = shares(
      top.map(({ events }) => events),
      was,
    );
    const now = shares(
      top.map(({ code }) => nowOf.get(code) ?? 0),
      is,
    );
    const detail = `${top.length} codes, ${is.toLocaleString("en-US")} events now, ${was.toLocaleString("en-US")} before`;
    return [
      { check: "codeDrift", of: system, value: psi(before, now, { before: was, now: is }), n: is, detail },
    ];
  });
}

function systemName(code: string): string {
  return codeParts(code).system;
}

function values(profile: QualityProfile, previous: QualityProfile, minimum: number): Finding[] {
  const before = new Map(previous.values.map((one) => [`${one.code}\0${one.unit ?? ""}`, one]));
  return profile.values.flatMap((now): Finding[] => {
    const was = before.get(`${now.code}\0${now.unit ?? ""}`);
    if (was === undefined || now.n < minimum || was.n < minimum) return [];
    const of = now.unit === null ? now.code : `${now.code} in ${now.unit}`;
    const sizes = `${now.n.toLocaleString("en-US")} values now, ${was.n.toLocaleString("en-US")} before`;
    const distance = ksDistance(was, now);
    const chance = ksByChance(was.n, now.n);
    return [
      { check: "valueDrift", of, value: valuePsi(was, now), n: now.n, detail: sizes },
      {
        check: "valueDistance",
        of,
        // Within what chance alone gives once in a thousand, the distance says nothing.
        value: distance > chance ? distance : 0,
        n: now.n,
        detail: `${sizes}; distance ${distance.toFixed(3)}, by chance up to ${chance.toFixed(3)}`,
      },
    ];
  });
}
