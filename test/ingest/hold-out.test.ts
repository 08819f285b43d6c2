import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { systemEffects } from "../../src/effects/effects.ts";
import { assignSplit, learningShares, splitsSchema } from "../../src/ingest/assign-split.ts";
import { ingest } from "../../src/ingest/ingest.ts";
import type { IngestReport } from "../../src/ingest/ingest-report.ts";
import { openTimelineStore } from "../../src/timeline/open-timeline-store.ts";
import type { Split, Timeline } from "../../src/timeline/patient-event.ts";

const PERSONS = 60;
const CUT = "2010-01-01";
const isoDay = (ms: number) => new Date(ms).toISOString().slice(0, 10);

/** Person i has the index date 2001-01-15 + 120 i days, events yearly for four years, and pairs 0-1, 2-3, … are groups. */
const indexOf = (i: number) => Date.UTC(2001, 0, 15) + i * 120 * 86_400_000;

let input: string;

beforeAll(async () => {
  input = await mkdtemp(join(tmpdir(), "longitude-hold-out-"));
  const subjects = Array.from({ length: PERSONS }, (_, i) => `${i},g${Math.floor(i / 2)},1950-06-01`);
  await writeFile(join(input, "subjects.csv"), `id,group,birth\n${subjects.join("\n")}\n`);
  const events = Array.from({ length: PERSONS }, (_, i) => [
    `${i},${isoDay(indexOf(i))},COHORT/INDEX`,
    `${i},${isoDay(indexOf(i))},SITE/${i % 6 === 0 ? "north" : "south"}`,
    ...[0, 1, 2, 3].map((year) => `${i},${isoDay(indexOf(i) + (30 + 365 * year) * 86_400_000)},DX/a`),
  ]).flat();
  await writeFile(join(input, "events.csv"), `id,date,code\n${events.join("\n")}\n`);
  await writeFile(
    join(input, "mapping.yaml"),
    `schema: longitude.mapping/1
subjects: { file: subjects.csv, id: id, group: group, birth: { column: birth } }
tables:
  - file: events.csv
    subject: id
    time: { column: date }
    code: { column: code, prefix: "" }
`,
  );
});

interface Divided {
  readonly report: IngestReport;
  readonly timelines: ReadonlyMap<number, Timeline>;
  readonly splits: ReadonlyMap<number, Split>;
}

async function divided(splits: object): Promise<Divided> {
  const out = join(await mkdtemp(join(tmpdir(), "longitude-hold-out-")), "records");
  await mkdir(join(out, ".."), { recursive: true });
  let report: IngestReport | null = null;
  const options = { format: "csv" as const, input, out, splits: splitsSchema.parse(splits) };
  for await (const event of ingest(options, systemEffects)) if (event.kind === "done") report = event.report;
  const store = await openTimelineStore(out);
  const timelines = new Map<number, Timeline>();
  for await (const timeline of store.timelines()) {
    const index = timeline.events.find(({ code }) => code === "COHORT/INDEX")?.time;
    timelines.set(index == null ? -1 : Math.round((index - indexOf(0)) / (120 * 86_400_000)), timeline);
  }
  const bySubject = await store.splits();
  store.close();
  if (report === null) throw new Error("no report");
  const of = [...timelines].map(([i, { subjectId }]) => [i, bySubject.get(subjectId) as Split] as const);
  return { report, timelines, splits: new Map(of) };
}

describe("a hold-out by time", () => {
  it("learns nothing from the day on, holds out whoever begins then, and ends records at it", async () => {
    const cut = Date.parse(CUT);
    const { report, timelines, splits } = await divided({ holdOut: { from: CUT } });
    const { tally } = report;
    const later = Array.from({ length: PERSONS }, (_, i) => i).filter((i) => indexOf(i) >= cut);
    const heldOut = [...splits].filter(([, split]) => split === "held_out").map(([i]) => i);
    expect(heldOut.sort((a, b) => a - b)).toEqual(later);
    let ended = 0;
    for (const [i, { events }] of timelines) {
      if (splits.get(i) === "held_out") {
        expect(events.filter(({ code }) => code === "DX/a")).toHaveLength(4);
        continue;
      }
      for (const { time, availableTime } of events) {
        expect(time === null || time < cut).toBe(true);
        expect(availableTime === null || availableTime < cut).toBe(true);
      }
      const goesOn = indexOf(i) + (30 + 365 * 3) * 86_400_000 >= cut;
      const ends = events.filter(({ code }) => code === "COHORT/LAST_CONTACT");
      expect(ends.map(({ time }) => time)).toEqual(goesOn ? [cut - 86_400_000] : []);
      ended += ends.length;
    }
    expect(ended).toBeGreaterThan(3);
    // A pair that the day divides is not learned from, and of it only the later one is measured.
    const torn = later[0] as number;
    if (torn % 2 === 1) expect(splits.has(torn - 1)).toBe(false);
    const reasons = tally.map(({ reason }) => reason);
    expect(reasons).toContain("on or after the day from which persons are held out");
    expect(report.candidates.in).toBe(
      report.candidates.kept +
        report.candidates.rejected +
        report.candidates.dropped +
        report.candidates.notEvents,
    );
  });

  it("leaves no group in two splits", async () => {
    const { splits } = await divided({ holdOut: { from: "2008-08-10" } });
    for (let i = 0; i < PERSONS; i += 2) {
      const pair = [splits.get(i), splits.get(i + 1)].filter((split) => split !== undefined);
      expect(new Set(pair).size).toBeLessThanOrEqual(1);
    }
  });
});

describe("a hold-out by site", () => {
  it("holds out whoever was there, leaves out the rest of their groups, and cuts nobody's record", async () => {
    const { timelines, splits } = await divided({ holdOut: { sites: ["SITE/north"] } });
    for (let i = 0; i < PERSONS; i++) {
      if (i % 6 === 0) expect(splits.get(i)).toBe("held_out");
      else if (i % 6 === 1) expect(splits.has(i)).toBe(false);
      else expect(["train", "tuning"]).toContain(splits.get(i));
    }
    for (const { events } of timelines.values())
      expect(events.filter(({ code }) => code === "DX/a")).toHaveLength(4);
  });
});

describe("what a hold-out is", () => {
  it("is said in one way, and leaves the shares of those learned from as they stand to each other", () => {
    expect(splitsSchema.safeParse({ holdOut: {} }).success).toBe(false);
    expect(splitsSchema.safeParse({ holdOut: { from: "2010-01-01", sites: ["SITE/a"] } }).success).toBe(
      false,
    );
    expect(splitsSchema.safeParse({ holdOut: { from: "2010-02-31" } }).success).toBe(false);
    const shares = learningShares(splitsSchema.parse({}));
    expect([shares.train, shares.tuning, shares.heldOut].map((share) => share.toFixed(9))).toEqual([
      "0.875000000",
      "0.125000000",
      "0.000000000",
    ]);
    expect(assignSplit("anybody", shares)).not.toBe("held_out");
  });
});
