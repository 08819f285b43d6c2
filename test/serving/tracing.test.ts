import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { fhirRecord, patientView } from "../support/fhir-record.ts";
import { runServer } from "../support/running-server.ts";
import { makeServedSite } from "../support/served-site.ts";

interface SentSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: readonly { key: string; value: Record<string, unknown> }[];
}

/** A collector as OTLP over HTTP asks for it. */
async function collector() {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => {
      body += part;
    });
    request.on("end", () => {
      bodies.push(body);
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`,
    bodies,
    spans: (): SentSpan[] =>
      bodies.flatMap((body) =>
        JSON.parse(body).resourceSpans.flatMap((one: { scopeSpans: { spans: SentSpan[] }[] }) =>
          one.scopeSpans.flatMap(({ spans }) => spans),
        ),
      ),
    close: () => server.close(),
  };
}

test("a collector gets each request with its parts, under the caller's trace, and nothing of the record", async () => {
  const { endpoint, spans, bodies, close } = await collector();
  try {
    const { folder } = await makeServedSite({
      verdict: "deploy",
      stage: "live",
      serving: { tracing: { endpoint } },
    });
    const server = await runServer(folder);
    const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    const record = fhirRecord({ id: "p-secret" });
    await server.post("/cds-services/longitude-patient-view", patientView(record), {
      traceparent: `00-${traceId}-00f067aa0ba902b7-01`,
    });
    await server.get("/v1/answers/ans-0?secret=p-secret");
    await server.stop();
    const request = spans().find(({ name }) => name === "POST /cds-services/:id") as SentSpan;
    expect(request).toMatchObject({ traceId, parentSpanId: "00f067aa0ba902b7" });
    expect(request.attributes).toContainEqual({
      key: "http.response.status_code",
      value: { intValue: 200 },
    });
    const forecast = spans().find(({ name }) => name === "forecast") as SentSpan;
    expect(forecast).toMatchObject({ traceId, parentSpanId: request.spanId });
    expect(
      spans().some(({ name, parentSpanId }) => name === "transaction" && parentSpanId === forecast.spanId),
    ).toBe(true);
    expect(spans().map(({ name }) => name)).toContain("GET /v1/answers/:id");
    for (const secret of ["p-secret", "Quillfeather", "LOINC", "1961"])
      expect(bodies.join("")).not.toContain(secret);
  } finally {
    close();
  }
});

test("a collector that is away delays no answer and no stop", async () => {
  const { folder } = await makeServedSite({
    verdict: "deploy",
    stage: "live",
    serving: { tracing: { endpoint: "http://127.0.0.1:9/v1/traces" } },
  });
  const server = await runServer(folder);
  expect((await server.get("/v1/outcomes")).status).toBe(200);
  const begun = performance.now();
  await server.stop();
  expect(performance.now() - begun).toBeLessThan(15_000);
});
