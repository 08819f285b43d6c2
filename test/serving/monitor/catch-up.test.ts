import { expect, test } from "vitest";
import { RequestWindow } from "../../../src/serving/monitor/request-window.ts";
import type { State } from "../../../src/state/open-state.ts";
import { fhirRecord, recordBundle } from "../../support/fhir-record.ts";
import { runServer } from "../../support/running-server.ts";
import { makeServedSite } from "../../support/served-site.ts";

const REQUESTS = 23;

test("the monitors read what came in many short transactions, between which others are served, and each answer once", async () => {
  const { folder } = await makeServedSite({ verdict: "deploy", stage: "live" });
  const server = await runServer(folder);
  try {
    const { context } = server;
    for (let i = 0; i < REQUESTS; i++)
      await server.post("/v1/forecasts", { bundle: recordBundle(fhirRecord({ id: `p${i}`, events: 10 })) });
    const taken: string[] = [];
    const noted: Pick<State, "transaction"> = {
      transaction: (work) => {
        taken.push("monitor");
        return context.state.transaction(work);
      },
    };
    const window = new RequestWindow(context.model, context.config.monitor);
    const reading = window.catchUp(noted, context.effects.now()).then(() => taken.push("read"));
    while (!taken.includes("read")) {
      await context.state.transaction(async () => taken.push("somebody else"));
      await new Promise(setImmediate);
    }
    await reading;
    const own = taken.filter((who) => who === "monitor").length;
    expect(own).toBeGreaterThanOrEqual(1 + Math.ceil(REQUESTS / 5));
    // Somebody else was served between the monitors' first transaction and their last.
    const between = taken.slice(taken.indexOf("monitor"), taken.lastIndexOf("monitor"));
    expect(between.filter((who) => who === "somebody else").length).toBeGreaterThan(1);

    taken.length = 0;
    await window.catchUp(noted, context.effects.now());
    expect(taken).toEqual(["monitor"]);
    const units = await context.state.transaction((tx) => window.look(tx, context.effects.now()));
    expect(units.flatMap(({ requests }) => requests)).toHaveLength(REQUESTS);
  } finally {
    await server.stop();
  }
});
