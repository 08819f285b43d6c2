import { once } from "node:events";
import { createServer } from "node:http";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fhirRecord, patientView } from "../support/fhir-record.ts";
import { runServer } from "../support/running-server.ts";
import { makeServedSite, type ServedSiteOptions } from "../support/served-site.ts";

interface Written {
  readonly method: string;
  readonly url: string;
  readonly authorization: string;
  readonly body: string;
}

const record = fhirRecord();
const written: Written[] = [];
let status = 201;
const hospital = createServer((request, response) => {
  let body = "";
  request.on("data", (part: Buffer) => (body += part.toString()));
  request.on("end", () => {
    const { method = "", url = "", headers } = request;
    written.push({ method, url, authorization: headers.authorization ?? "", body });
    response.statusCode = status;
    response.end();
  });
});
let base: string;

beforeAll(async () => {
  hospital.listen(0, "127.0.0.1");
  await once(hospital, "listening");
  base = `http://127.0.0.1:${(hospital.address() as { port: number }).port}/fhir`;
});
afterAll(() => hospital.close());

async function viewed(options: ServedSiteOptions, writeBack: boolean | undefined) {
  written.length = 0;
  const serving = { cds: { fhirServers: [base], ...(writeBack === undefined ? {} : { writeBack }) } };
  const { folder } = await makeServedSite({ ...options, serving });
  const server = await runServer(folder);
  const { json } = await server.post(
    "/cds-services/longitude-patient-view",
    patientView(record, {
      fhirServer: base,
      fhirAuthorization: {
        access_token: "of-the-call",
        token_type: "Bearer",
        expires_in: 300,
        scope: "user/RiskAssessment.cu",
        subject: "longitude",
      },
    }),
  );
  for (
    let i = 0;
    i < 40 && written.length === 0 && !server.log.some((line) => line.includes("write-back"));
    i++
  )
    await setTimeout(25);
  await server.stop();
  return { cards: json.cards, log: server.log.join("") };
}

describe("writing back", () => {
  test("puts what was shown into the record, under the id of its answer, with the token of the call", async () => {
    const { cards } = await viewed({ verdict: "deploy", stage: "live" }, true);
    const [id] = /ans-[0-9a-f]{32}/.exec(cards[0].detail) ?? [];
    expect(written).toHaveLength(1);
    expect(written[0]).toMatchObject({
      method: "PUT",
      url: `/fhir/RiskAssessment/${id}`,
      authorization: "Bearer of-the-call",
    });
    const resource = JSON.parse(written[0]?.body ?? "");
    expect(resource).toMatchObject({ resourceType: "RiskAssessment", id, status: "final" });
    expect(resource.meta.security[0].code).toBe("AIAST");
  });

  test("is off by default, and never done of what is silent", async () => {
    await viewed({ verdict: "deploy", stage: "live" }, undefined);
    expect(written).toEqual([]);
    const { cards } = await viewed({ verdict: "silent only", stage: "silent" }, true);
    expect([cards, written]).toEqual([[], []]);
  });

  test("that fails leaves a line in the log, and the card is shown", async () => {
    status = 403;
    const { cards, log } = await viewed({ verdict: "deploy", stage: "live" }, true);
    expect(cards).toHaveLength(1);
    expect(log).toContain('"route":"write-back","kind":"HTTP 403"');
    expect(log).not.toContain("of-the-call");
  });
});
