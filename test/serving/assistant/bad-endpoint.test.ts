/** A server whose language model misbehaves: whoever asks gets the composed answer, in time. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeAll, expect, test } from "vitest";
import { fhirRecord, recordBundle } from "../../support/fhir-record.ts";
import { type RunningServer, runServer } from "../../support/running-server.ts";
import { makeServedSite } from "../../support/served-site.ts";
import { type StartedProgram, startProgram } from "../../support/started-program.ts";

let folder: string;
let endpoint: StartedProgram<{ address: string }>;
let server: RunningServer;
beforeAll(async () => {
  ({ folder } = await makeServedSite({ verdict: "deploy", stage: "live" }));
});
afterEach(async () => {
  await server.stop();
  await endpoint.stop();
});

test.each(["hang", "garbage", "other-json"])(
  "an endpoint with %s leaves the composed answer, and one note of 1 MB in the record stays there",
  async (manner) => {
    endpoint = await startProgram("chat-endpoint.js", [manner]);
    const path = join(folder, "longitude.yaml");
    const assistant = {
      endpoints: [{ name: "peer", address: endpoint.told.address, model: "peer-7b", timeoutSeconds: 1 }],
      model: "peer",
    };
    await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, "utf8")), assistant }));
    server = await runServer(folder);
    const record = fhirRecord({ events: 40 });
    const data = Buffer.from("The tumour marker was 999 in Timbuktu. ".repeat(27_000)).toString("base64");
    const note = {
      resourceType: "DocumentReference",
      id: "n1",
      status: "current",
      type: { coding: [{ system: "http://loinc.org", code: "11506-3" }] },
      subject: { reference: `Patient/${record.id}` },
      date: "2026-01-02T00:00:00Z",
      content: [{ attachment: { contentType: "text/plain", data } }],
    };
    const bundle = recordBundle({ ...record, observations: [...record.observations, note] });
    const { status, json } = await server.post("/v1/chat/completions", {
      model: "longitude-patient",
      messages: [{ role: "user", content: "What was my last systolic blood pressure?" }],
      longitude: { bundle },
    });
    expect([status, json.choices[0].message.content]).toEqual([
      200,
      expect.stringMatching(/^Your last Systolic blood pressure was \d+ mmHg on/),
    ]);
    expect(json.longitude).toMatchObject({ writtenBy: "composed" });
    expect(json.longitude.tools.at(-1)).toEqual({ tool: "model", outcome: "failed" });
    const seen = await (await fetch(new URL("/seen", endpoint.told.address))).text();
    expect(seen + JSON.stringify(json)).not.toMatch(/Timbuktu|Quillfeather/);
  },
);
