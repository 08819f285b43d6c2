import { beforeAll, describe, expect, test } from "vitest";
import { systemEffects } from "../../../src/effects/effects.ts";
import type { ServingTables } from "../../../src/serving/answers/serving-tables.ts";
import { monitorText } from "../../../src/serving/monitor/monitor-lines.ts";
import { monitorFigures } from "../../../src/serving/monitor/run-monitor.ts";
import { MS_PER_DAY } from "../../../src/vetting/duration.ts";
import { type FhirRecord, fhirRecord, patientView } from "../../support/fhir-record.ts";
import { NO_POSTGRES, postgresPrograms, startPostgres } from "../../support/postgres-server.ts";
import { type RunningServer, runServer } from "../../support/running-server.ts";
import { makeServedSite } from "../../support/served-site.ts";

const programs = await postgresPrograms();
const SERVICE = "/cds-services/longitude-patient-view";
const USUAL = 0.4;
/** So that some of the random model's risks are above it, and some are not. */
const TIMES = 1.2;
const UNIT = { "longitude-unit": "ward-3" };

const person = (i: number, birthDate: string, gender: string): FhirRecord => {
  const record = fhirRecord({ id: `p${i}`, events: 5 + i, birthDate });
  return { ...record, patient: { ...record.patient, gender } };
};
const YEAR = new Date(systemEffects.now()).getUTCFullYear();
const RECORDS = [
  ...Array.from({ length: 12 }, (_, i) => person(i, `${YEAR - 66}-01-01`, "female")),
  ...Array.from({ length: 12 }, (_, i) => person(20 + i, `${YEAR - 45}-01-01`, "male")),
  ...Array.from({ length: 3 }, (_, i) => person(40 + i, `${YEAR - 86}-01-01`, "male")),
];
const monitored = ({ context }: RunningServer) => ({ ...context, config: context.config.monitor });

describe.each(["pglite", "postgres"])("figures by unit and group on %s", (engine) => {
  let state: object = {};
  beforeAll(async () => {
    if (engine === "pglite" || programs === null) return;
    const postgres = await startPostgres(programs);
    process.env.LONGITUDE_TEST_MONITOR = await postgres.newDatabase();
    state = { engine: "postgres", urlFromEnvironment: "LONGITUDE_TEST_MONITOR" };
    return () => postgres.stop();
  });

  const named = `what was asked, shown and said is told by unit, sex and age; few persons are not judged (else: ${NO_POSTGRES})`;
  test.skipIf(engine === "postgres" && programs === null)(
    named,
    async () => {
      const { folder } = await makeServedSite({
        verdict: "deploy",
        stage: "live",
        state,
        serving: {
          monitor: {
            minimumPersons: 10,
            alertTimesUsual: TIMES,
            rules: {
              "score drift": { above: 1000 },
              "alert burden": { above: 1000 },
              "input drift": { above: 1000 },
              overridden: { above: 0.5 },
            },
          },
        },
      });
      let ahead = 0;
      const server = await runServer(folder, {
        effects: { ...systemEffects, now: () => systemEffects.now() + ahead },
      });
      try {
        const cards: string[] = [];
        for (const [i, record] of RECORDS.entries()) {
          const hookInstance = `00000000-0000-4000-8000-${String(i).padStart(12, "0")}`;
          const { json } = await server.post(SERVICE, patientView(record, { extension: UNIT, hookInstance }));
          cards.push(json.cards[0].uuid);
        }
        // Four women's cards are accepted, one of them after all; eleven men's are set aside.
        const said = (card: string | undefined, code?: string) => ({
          card,
          outcomeTimestamp: "2026-01-01T00:00:00Z",
          ...(code === undefined
            ? { outcome: "accepted", acceptedSuggestions: [{ id: "s" }] }
            : { outcome: "overridden", overrideReason: { reason: { code } } }),
        });
        const tell = (feedback: object[]) => server.post(`${SERVICE}/feedback`, { feedback });
        await tell([said(cards[0], "wrong-time")]);
        await tell(cards.slice(0, 4).map((card) => said(card)));
        await tell(cards.slice(12, 22).map((card) => said(card, "forecast-not-trusted")));
        await tell([said(cards[22], "Mr Quillfeather is away"), said("no card of ours", "wrong-time")]);
        for (let i = 0; i < 3; i++)
          expect(
            (
              await server.post(SERVICE, {
                ...patientView(person(90 + i, "1990-01-01", "male"), { extension: UNIT }),
                prefetch: {},
              })
            ).status,
          ).toBe(412);

        const look = async () => (await monitorFigures(monitored(server))).units[0];
        const unit = await look();
        expect(unit).toMatchObject({
          unit: "ward-3",
          requests: 27,
          persons: 27,
          withheld: 0,
          shownPer100: 100,
          errors: { failed: 3, share: 3 / 30, codes: { PREFETCH_MISSING: 3 } },
        });
        expect(unit?.feedback).toMatchObject({
          accepted: 4,
          overridden: 11,
          reasons: { "forecast-not-trusted": 10, other: 1 },
        });
        expect(unit?.feedback?.acceptance).toMatchObject({ value: 4 / 15, n: 15 });
        const groups = Object.fromEntries((unit?.groups ?? []).map((one) => [one.group, one]));
        expect(Object.keys(groups)).toEqual([
          "age 40 to 49",
          "age 60 to 69",
          "age 80 and older",
          "sex F",
          "sex M",
        ]);
        expect(groups["sex F"]?.feedback).toMatchObject({ accepted: 4, overridden: 0, reasons: {} });
        expect(groups["sex M"]).toMatchObject({ persons: 15, judged: true, feedback: { overridden: 11 } });
        expect(groups["age 80 and older"]).toMatchObject({ persons: 3, judged: false, feedback: null });
        // Alerts, counted from the answers themselves.
        const answers = await server.context.state.transaction((tx) =>
          tx.withTables<ServingTables>().selectFrom("serving_answer").select(["input", "answer"]).execute(),
        );
        const alerts = (sex: string) =>
          answers.filter(
            ({ input, answer }) =>
              input.includes(sex) &&
              JSON.parse(answer).forecasts.some(({ risk }: { risk: number }) => risk >= TIMES * USUAL),
          ).length;
        const [women, men] = [alerts("SEX/F"), alerts("SEX/M")];
        expect(women + men).toBeGreaterThan(0);
        expect(groups["sex F"]?.alertsPer100).toBeCloseTo((100 * women) / 12, 9);
        expect(unit?.alertsPer100).toBeCloseTo((100 * (women + men)) / 27, 9);
        // The unit as a whole is above the bound, so that its groups are not told of again.
        expect(unit?.alarms.map(({ rule, about }) => [rule, about])).toEqual([
          ["overridden", ""],
          ["errors", ""],
        ]);
        expect(monitorText(await monitorFigures(monitored(server)))).toMatch(
          / {2}age 80 and older +3 +3, too few/,
        );

        // A tenant sees its own units alone, also where another's has the same name.
        await server.context.state.transaction(async (tx) => {
          const tables = tx.withTables<ServingTables>();
          const row = await tables.selectFrom("serving_request").selectAll().executeTakeFirstOrThrow();
          await tables
            .insertInto("serving_request")
            .values({ ...row, id: "of another", tenant: "north" })
            .execute();
        });
        const { units } = await monitorFigures(monitored(server));
        expect(units.map(({ tenant, unit, requests }) => [tenant, unit, requests])).toEqual([
          ["local", "ward-3", 27],
          ["north", "ward-3", 1],
        ]);
        const { json, status } = await server.get("/v1/monitor");
        expect([status, json.units.map(({ tenant }: { tenant: string }) => tenant)]).toEqual([
          200,
          ["local"],
        ]);

        // What was read is not read again: the figures stand though the answers are gone, and new requests join them.
        await server.context.state.transaction((tx) =>
          tx.withTables<ServingTables>().deleteFrom("serving_answer").execute(),
        );
        expect(await look()).toEqual(unit);
        await server.post(
          SERVICE,
          patientView(person(30, `${YEAR - 45}-01-01`, "male"), { extension: UNIT }),
        );
        await server.post(
          SERVICE,
          patientView(person(50, `${YEAR - 45}-01-01`, "male"), { extension: UNIT }),
        );
        expect(await look()).toMatchObject({ requests: 29, persons: 28 });
        ahead = 8 * MS_PER_DAY;
        expect(await look()).toBeUndefined();
      } finally {
        await server.stop();
      }
    },
    240_000,
  );
});
