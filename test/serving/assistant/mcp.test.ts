import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { withoutEvidence } from "../../../src/reasoning/differential/differential-evidence.ts";
import { fhirRecord, recordBundle } from "../../support/fhir-record.ts";
import { type RunningServer, runServer } from "../../support/running-server.ts";
import { makeServedSite } from "../../support/served-site.ts";

let server: RunningServer;
const record = { bundle: recordBundle(fhirRecord({ events: 40 })) };

const measured = { value: 0.93, low: 0.91, high: 0.95, n: 320, method: "Wilson", meanSize: 1 };
/** What was measured of the release's one condition. */
const EVIDENCE = {
  ...withoutEvidence([{ name: "onset 1", title: "Onset 1", matches: () => false, trained: 0 }], 1826.25),
  ...{ statedCoverage: 0.9, calibratedOn: 289, coverage: measured },
};

beforeAll(async () => {
  const { folder } = await makeServedSite({
    verdict: "deploy",
    stage: "live",
    serving: { tenants: [{ id: "south", requestsPerMinute: 4 }] },
    texts: { "evidence/differential/differential_evidence.json": JSON.stringify(EVIDENCE) },
  });
  server = await runServer(folder);
});
afterAll(() => server.stop());

async function agentOf(tenant: string, scopes = ["system/RiskAssessment.c"]): Promise<Client> {
  const token = await server.context.access.personToken(`${tenant}-agent`, tenant, scopes);
  const client = new Client({ name: "test", version: "1" });
  const headers = { authorization: `Bearer ${token}` };
  // Its types are not exact about what may be left out.
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${server.address}/mcp`), {
      requestInit: { headers },
    }) as Transport,
  );
  return client;
}

async function call(
  agent: Client,
  name: string,
  args: object,
): Promise<CallToolResult & { readonly said: string }> {
  const result = (await agent.callTool({ name, arguments: { ...args } })) as CallToolResult;
  return {
    ...result,
    said: result.content.map((part) => (part.type === "text" ? part.text : "")).join("\n"),
  };
}

describe("an agent of another institution", () => {
  test("is told the tools, and what each takes", async () => {
    const agent = await agentOf("north");
    const { tools } = await agent.listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      "ask",
      "search_timeline",
      "forecast",
      "search_knowledge",
      "calculate",
      "differential",
      "next_test",
      "what_if",
      "care_team",
    ]);
    expect(tools.find(({ name }) => name === "forecast")?.description).toContain("Death");
    expect(Object.keys(tools[1]?.inputSchema.properties ?? {})).toEqual(["question", "reader", "record"]);
    expect(agent.getInstructions()).toContain("cite");
  });

  test("searches the record that the call carries, forecasts, and is given the sources", async () => {
    const agent = await agentOf("north");
    const last = await call(agent, "search_timeline", { question: "last systolic blood pressure", record });
    expect(last.said).toMatch(/Last Systolic blood pressure: \d+ mmHg .* \[E1\]/);
    expect(last.structuredContent).toMatchObject({
      status: "answered",
      tools: [{ tool: "record", outcome: "found" }],
    });
    const risk = await call(agent, "forecast", { outcome: "Death", years: 2, reader: "patient", record });
    expect(risk.said).toMatch(/forecast for death within 2 years is \d/i);
    const rows = await server.context.state.transaction((tx) =>
      tx
        .selectFrom("audit_entry")
        .select(["actor", "action", "reason"])
        .where("actor", "=", "north-agent")
        .orderBy("sequence")
        .execute(),
    );
    expect(rows.map(({ actor, action }) => `${actor} ${action}`)).toEqual([
      "north-agent assistant.ask",
      "north-agent serving.forecast",
      "north-agent assistant.ask",
    ]);
    expect(rows[0]?.reason).toMatch(/^mcp: answered/);
  });

  test("reasons with the served release about what may be seen, at a horizon that is released", async () => {
    const agent = await agentOf("east");
    const changed = await call(agent, "what_if", { event: "LOINC/8480-6", value: 190, years: 3, record });
    expect(changed.said).toMatch(/within [25] years: \d+\.\d % as it is, \d+\.\d % as changed/);
    const open = await call(agent, "differential", { reader: "patient", record });
    expect(open.said).toMatch(/Of 100 people with a record like yours/);
    const set = await call(agent, "differential", { reader: "clinician", record });
    expect(set.said).toContain(
      "The set states a coverage of 90.0 %; measured in 320 held-out persons: 93.0 % (95 % interval 91.0 to 95.0 %).",
    );
    // This site lists no tests.
    const none = await call(agent, "next_test", { record });
    expect(none.structuredContent).toMatchObject({ status: "cannot-answer", sentences: [] });
    const { rows } = await server.context.state.foreign(
      "select action from audit_entry where actor = 'east-agent' order by sequence",
    );
    expect(rows.filter((row) => (row as { action: string }).action === "assistant.ask")).toHaveLength(4);
  });

  test("works out a score, or is told what the record lacks", async () => {
    const { said } = await call(await agentOf("north"), "calculate", {
      calculator: "egfr-ckd-epi-2021",
      record,
    });
    expect(said).toMatch(/creatinine/i);
    expect(said).not.toMatch(/\d+ mL\/min/);
  });

  test("gets no answer where there is none, and by policy alone where the policy says so", async () => {
    const agent = await agentOf("north");
    expect((await call(agent, "ask", { question: "What was my last HDL cholesterol?" })).said).toContain(
      "cannot be answered",
    );
    const dose = await call(agent, "search_knowledge", { question: "How much insulin should I take?" });
    expect(dose.structuredContent).toMatchObject({ status: "refused" });
  });

  test.each<[string, string, object]>([
    ["a record that is none", "ask", { question: "x", record: { bundle: {} } }],
    ["a Bundle of nobody", "ask", { question: "x", record: { bundle: { resourceType: "Bundle" } } }],
    ["a question of 1 MB", "ask", { question: "x".repeat(2 ** 20) }],
    ["another's key", "search_timeline", { question: "x", subject: "17" }],
    ["a tool that there is not", "prescribe", { question: "x" }],
  ])("is told of %s as of its own fault", async (_what, name, args) => {
    const { isError, said } = await call(await agentOf("north"), name, args);
    expect([isError, said]).toEqual([true, expect.not.stringMatching(/SERVE_INTERNAL| {4}at /)]);
  });
});

describe("/mcp", () => {
  test("is shut to whoever has no token, or one for something else, and at the quota", async () => {
    await expect(agentOf("north", ["system/Device.r"])).rejects.toThrow(/ACCESS_REFUSED/);
    const south = await agentOf("south");
    await call(south, "search_knowledge", { question: "What is gout?" });
    await expect(call(south, "search_knowledge", { question: "What is gout?" })).rejects.toThrow(
      /SERVE_LIMIT/,
    );
  });

  test("takes one message at a time, and opens no stream of its own", async () => {
    const token = await server.context.access.personToken("a", "north", ["system/*.cruds"]);
    const headers = { authorization: `Bearer ${token}`, accept: "application/json, text/event-stream" };
    const listed = await server.post("/mcp", [{ jsonrpc: "2.0", id: 1, method: "tools/list" }], headers);
    expect([listed.status, listed.json.error.code]).toEqual([400, "REQUEST_INVALID"]);
    const got = await server.get("/mcp", headers);
    expect([got.status, got.headers.get("allow"), got.json.error.code]).toEqual([
      405,
      "POST",
      "METHOD_UNKNOWN",
    ]);
  });
});
