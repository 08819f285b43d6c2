/** How well the vocabulary covers the records: tokens a person, and the share of events backed off or unknown. */
import { type Match, systemOf } from "./vocabulary.ts";

export interface CoverageRow {
  readonly system: string;
  readonly events: number;
  readonly exact: number;
  readonly backedOff: number;
  readonly unknown: number;
}

/** How events of a system backed off, e.g. `ICD9CM` to `parent in ICD10CM`. */
export interface BackOffRoute {
  readonly from: string;
  readonly to: string;
  readonly events: number;
  /** Different codes. */
  readonly codes: number;
}

export interface CoverageReport {
  readonly schema: "longitude.coverage/1";
  readonly vocabulary: number;
  readonly persons: number;
  readonly tokensPerPerson: {
    readonly mean: number;
    readonly median: number;
    readonly p90: number;
    readonly max: number;
  };
  /** By code system, `all` last. */
  readonly systems: readonly CoverageRow[];
  /** The most frequent first. */
  readonly routes: readonly BackOffRoute[];
}

export class CoverageCounter {
  private readonly rows = new Map<string, { exact: number; backedOff: number; unknown: number }>();
  private readonly lengths: number[] = [];
  private readonly routes = new Map<string, { events: number; codes: Set<string> }>();

  /** @param via the code whose token stands for it, when it was backed off */
  event(code: string, match: Match, via?: string): void {
    if (via !== undefined) {
      const name = `${systemOf(code)}\0${routeOf(code, via)}`;
      const route = this.routes.get(name) ?? { events: 0, codes: new Set<string>() };
      route.events++;
      route.codes.add(code);
      this.routes.set(name, route);
    }
    const system = systemOf(code);
    let row = this.rows.get(system);
    if (row === undefined) {
      row = { exact: 0, backedOff: 0, unknown: 0 };
      this.rows.set(system, row);
    }
    if (match === "exact") row.exact++;
    else if (match === "backed off") row.backedOff++;
    else row.unknown++;
  }

  person(tokens: number): void {
    this.lengths.push(tokens);
  }

  report(vocabulary: number): CoverageReport {
    const systems = [...this.rows]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([system, row]) => ({
        system: system || "(none)",
        events: row.exact + row.backedOff + row.unknown,
        ...row,
      }));
    const sum = (key: "events" | "exact" | "backedOff" | "unknown") =>
      systems.reduce((total, row) => total + row[key], 0);
    const sorted = [...this.lengths].sort((a, b) => a - b);
    const quantile = (share: number) =>
      sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
    return {
      schema: "longitude.coverage/1",
      vocabulary,
      persons: sorted.length,
      tokensPerPerson: {
        mean: sorted.length === 0 ? 0 : sorted.reduce((total, length) => total + length, 0) / sorted.length,
        median: quantile(0.5),
        p90: quantile(0.9),
        max: sorted.at(-1) ?? 0,
      },
      systems: [
        ...systems,
        {
          system: "all",
          events: sum("events"),
          exact: sum("exact"),
          backedOff: sum("backedOff"),
          unknown: sum("unknown"),
        },
      ],
      routes: [...this.routes]
        .map(([name, { events, codes }]) => {
          const [from, to] = name.split("\0") as [string, string];
          return { from: from || "(none)", to, events, codes: codes.size };
        })
        .sort((a, b) => b.events - a.events || (a.from + a.to < b.from + b.to ? -1 : 1)),
    };
  }
}

function routeOf(code: string, via: string): string {
  if (via === code) return "the code without its value";
  if (code.startsWith(`${via}//`)) return "the code without its addition";
  return `parent in ${systemOf(via) || "(none)"}`;
}
