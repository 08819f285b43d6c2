import { expect, test } from "vitest";
import { systemEffects } from "../../../src/effects/effects.ts";
import { matureOutcomes } from "../../../src/serving/monitor/mature.ts";
import { readEvidence } from "../../../src/serving/monitor/matured-evidence.ts";
import type { MonitorTables } from "../../../src/serving/monitor/monitor-tables.ts";
import { DAYS_PER_YEAR, MS_PER_DAY } from "../../../src/vetting/duration.ts";
import { type FhirRecord, fhirRecord, patientView } from "../../support/fhir-record.ts";
import { runServer } from "../../support/running-server.ts";
import { makeServedSite } from "../../support/served-site.ts";

const START = systemEffects.now();
const YEAR = DAYS_PER_YEAR * MS_PER_DAY;

/** The same person's record, with a diagnosis of the outcome a year after the start. */
function withOnset(record: FhirRecord): FhirRecord {
  const day = new Date(START + YEAR).toISOString().slice(0, 10);
  const coded = (system: string, code: string) => ({ coding: [{ system, code }] });
  const onset = {
    resourceType: "Condition",
    id: `${record.id}-onset`,
    verificationStatus: coded("http://terminology.hl7.org/CodeSystem/condition-ver-status", "confirmed"),
    code: coded("http://hl7.org/fhir/sid/icd-10-cm", "E11.9"),
    subject: { reference: `Patient/${record.id}` },
    onsetDateTime: day,
    recordedDate: day,
  };
  return { ...record, conditions: [...record.conditions, onset] };
}

test("what was silent matures into evidence by itself: onsets, censoring, and who was not seen again", async () => {
  const { folder } = await makeServedSite({ verdict: "deploy", stage: "silent" });
  let now = START;
  const server = await runServer(folder, { effects: { ...systemEffects, now: () => now } });
  const { context } = server;
  const view = async (record: FhirRecord) => {
    const extension = { "longitude-unit": "ward-3" };
    const { json } = await server.post(
      "/cds-services/longitude-patient-view",
      patientView(record, { extension }),
    );
    expect(json).toEqual({ cards: [] });
  };
  const record = (i: number) => fhirRecord({ id: `p${i}`, events: 6 + i, newest: now - 10 * MS_PER_DAY });
  const mature = () => matureOutcomes({ ...context, seed: 1 });
  try {
    for (let i = 0; i < 40; i++) await view(record(i));
    expect((await mature()).groups).toEqual([]);

    // Two are seen for the last time after a year and a half, one never again.
    now = START + 1.5 * YEAR;
    for (let i = 37; i < 39; i++) await view(record(i));
    now = START + 2.2 * YEAR;
    for (let i = 0; i < 37; i++) await view(i < 14 ? withOnset(record(i)) : record(i));
    const { groups } = await mature();
    expect(new Set(groups.map(({ horizon }) => horizon))).toEqual(new Set(["2y"]));
    expect(new Set(groups.map(({ exposure }) => exposure))).toEqual(new Set(["silent"]));
    expect(new Set(groups.map(({ group }) => group))).toEqual(
      new Set(["all", "unit ward-3", "sex F", "age 60 to 69"]),
    );
    const of = (outcome: string) =>
      groups.find((one) => one.outcome === outcome && one.group === "unit ward-3");
    const onset = of("onset 1");
    expect(onset).toMatchObject({ persons: 39, onsets: 14, deaths: 0, left: { "no longer followed": 1 } });
    // Of 39 two are censored at a year and a half, after all onsets: 14 of 39, whatever came after.
    expect(onset?.observedIncidence).toMatchObject({ n: 39 });
    expect(onset?.observedIncidence?.value).toBeCloseTo(14 / 39, 6);
    expect(onset?.cIndex?.low).toBeLessThanOrEqual(onset?.cIndex?.value ?? 0);
    const { observedIncidence, meanRisk, observedToExpected } = onset ?? {};
    expect(observedToExpected?.value).toBeCloseTo(
      (observedIncidence?.value ?? 0) / (meanRisk?.value ?? 1),
      6,
    );
    const { auroc, calibrationSlope, calibrationIntercept } = onset ?? {};
    for (const one of [auroc, calibrationSlope, calibrationIntercept])
      expect(one?.low).toBeLessThanOrEqual(one?.high ?? Number.NaN);
    // Nobody died: too few to tell how many.
    expect(of("death")).toMatchObject({ persons: 39, onsets: null, cIndex: null });

    await mature();
    const kept = await context.state.transaction(async (tx) => ({
      rows: await tx.withTables<MonitorTables>().selectFrom("monitor_evidence").select("sequence").execute(),
      newest: await readEvidence(tx, context.model.manifest.id),
    }));
    expect(kept.rows).toHaveLength(2);
    expect(kept.newest?.groups).toEqual(groups);
    expect((await server.get("/v1/monitor")).json.evidence).toEqual(JSON.parse(JSON.stringify(groups)));
  } finally {
    await server.stop();
  }
}, 240_000);
