import { expect, test } from "vitest";
import type { Effects } from "../../../src/effects/effects.ts";
import { AccessControl } from "../../../src/serving/access/access-control.ts";
import { MinuteQuota } from "../../../src/serving/access/minute-quota.ts";
import type { ServingTables } from "../../../src/serving/answers/serving-tables.ts";
import { SERVING_AREAS } from "../../../src/serving/serving-areas.ts";
import { servingSchema } from "../../../src/serving/serving-config.ts";
import { openState } from "../../../src/state/open-state.ts";
import { stateSchema } from "../../../src/state/state-config.ts";
import { isoTime } from "../../../src/state/value-parsers.ts";
import { temporaryFolder } from "../../support/small-cohort.ts";

const START = Date.parse("2026-06-15T10:00:00Z");

test("of a minute's requests two processes together let through as many as the tenant may send, and not one more", async () => {
  const folder = await temporaryFolder();
  let now = START;
  const effects: Effects = { now: () => now, memoryBytes: () => 0 };
  const state = await openState({ folder, config: stateSchema.parse({}), areas: SERVING_AREAS, effects });
  const processes = [new MinuteQuota(state), new MinuteQuota(state)];
  const limit = 100;
  const allowed = async (asked: number) => {
    const answers = await Promise.all(
      Array.from({ length: asked }, (_, i) => processes[i % 2]?.take("north", limit, now)),
    );
    return answers.filter((one) => one === true).length;
  };
  try {
    expect(await allowed(60)).toBe(60);
    expect(await allowed(140)).toBe(limit - 60);
    expect(await allowed(1)).toBe(0);
    now += 60_000;
    expect(await allowed(250)).toBe(limit);
  } finally {
    await state.close();
  }
});

test("requests a minute and forecasts a day are counted by tenant, also those of other processes", async () => {
  let now = START;
  const effects: Effects = { now: () => now, memoryBytes: () => 0 };
  const folder = await temporaryFolder();
  const state = await openState({ folder, config: stateSchema.parse({}), areas: SERVING_AREAS, effects });
  const tenants = ["north", "south"].map((id) => ({ id, requestsPerMinute: 3, forecastsPerDay: 2 }));
  const access = new AccessControl({
    config: servingSchema.parse({
      tenants,
      clients: tenants.map(({ id }) => ({
        id,
        tenant: id,
        jwks: { file: "none" },
        scopes: ["system/*.cruds"],
      })),
    }),
    folder,
    state,
    effects,
    secret: Buffer.alloc(32, 7),
    loopback: false,
    address: () => "https://longitude.example",
  });
  const ask = async (tenant: string) => {
    const token = await access.personToken("ada", tenant, ["system/Device.r"]);
    return access.system(`Bearer ${token}`, "Device", "r");
  };
  try {
    for (let i = 0; i < 3; i++) await ask("north");
    await expect(ask("north")).rejects.toMatchObject({ code: "SERVE_LIMIT", httpStatus: 429 });
    const south = await ask("south");
    now += 60_000;
    const north = await ask("north");

    await access.countForecast(north);
    await access.countForecast(north);
    await expect(access.countForecast(north)).rejects.toMatchObject({ code: "SERVE_LIMIT" });
    await access.countForecast(south);
    await state.transaction((tx) =>
      tx
        .withTables<ServingTables>()
        .insertInto("serving_request")
        .values(
          [1, 2].map((i) => ({
            id: `req-${i}`,
            at: isoTime(now),
            tenant: "south",
            client: "south",
            kind: "v1.forecast",
            unit: "",
            stage: "live",
            release: "r",
            answer: "a",
            patient_key: "k",
            milliseconds: 1,
          })),
        )
        .execute(),
    );
    now += 10_000;
    await expect(access.countForecast(south)).rejects.toMatchObject({ code: "SERVE_LIMIT" });
    now += 86_400_000;
    await access.countForecast(south);
  } finally {
    await state.close();
  }
});
