/** How well the vocabulary covers the records: tokens a person, and the share of events backed off or unknown. */
import { type Match, systemOf } from "./vocabulary.ts";

export interface CoverageRow {
  readonly system: string;
  readonly events: number;
  readonly exact: number;
  readonly backedOff: number;
  readonly unknown: number;
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
}

export class CoverageCounter {
  private readonly rows = new Map<string, { exact: number; backedOff: number; unknown: number }>();
  private readonly lengths: number[] = [];

  event(code: string, match: Match): void {
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
    };
  }
}
