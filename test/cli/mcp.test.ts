/** `longitude mcp` as an agent's host starts it: a process of its own, spoken with by the protocol's own client. */
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { beforeAll, describe, expect, it } from "vitest";
import { assistantArea } from "../../src/assistant/conversations/assistant-tables.ts";
import { readSite } from "../../src/cli/read-site.ts";
import { systemEffects } from "../../src/effects/effects.ts";
import { readAudit } from "../../src/state/audit/audit-log.ts";
import { openState } from "../../src/state/open-state.ts";
import { type AskedSite, makeAskedSite } from "../support/asked-site.ts";
import { fhirRecord } from "../support/fhir-record.ts";

const BIN = join(import.meta.dirname, "../../bin/longitude.js");
let site: AskedSite;
beforeAll(async () => {
  site = await makeAskedSite([fhirRecord({ events: 40 }), fhirRecord({ events: 20, id: "p2" })]);
});

async function started(words: readonly string[]): Promise<Client> {
  const client = new Client({ name: "host", version: "1" });
  const args = [BIN, "mcp", "--site", site.folder, ...words];
  await client.connect(new StdioClientTransport({ command: process.execPath, args, stderr: "inherit" }));
  return client;
}

async function call(agent: Client, name: string, args: Record<string, unknown>) {
  const { content, structuredContent } = (await agent.callTool({ name, arguments: args })) as CallToolResult;
  const said = content.map((part) => (part.type === "text" ? part.text : "")).join("\n");
  return { said, answer: structuredContent };
}

async function audit(): Promise<string[]> {
  const { configuration, folder } = await readSite(site.folder);
  const areas = [assistantArea];
  const state = await openState({ folder, config: configuration.state, areas, effects: systemEffects });
  try {
    return await state.transaction(async (tx) => {
      const found: string[] = [];
      for await (const { actor, action, reason } of readAudit(tx))
        if (action === "assistant.ask") found.push(`${actor} ${reason.split(",")[0]}`);
      return found;
    });
  } finally {
    await state.close();
  }
}

describe("longitude mcp", { timeout: 180_000 }, () => {
  it("answers an agent about the one person that it was started for, and keeps each answer", async () => {
    const agent = await started(["--subject", site.subjects[0]!, "--as", "nurse-bot"]);
    const { tools } = await agent.listTools();
    expect(tools.map(({ name }) => name)).toContain("search_timeline");
    expect(JSON.stringify(tools)).not.toMatch(/"(?:record|subject)"/);
    const found = await call(agent, "search_timeline", { question: "How many glucose results are there?" });
    expect(found.answer).toMatchObject({ status: "answered" });
    const risk = await call(agent, "forecast", { outcome: "death", years: 2 });
    expect(risk.said).toMatch(/Forecast of Death within 2 years: \d+\.\d %\. \[F1\]/);
    const changed = await call(agent, "what_if", { event: "LOINC/8480-6", value: 190, years: 2 });
    expect(changed.said).toMatch(/within 2 years: \d+\.\d % as it is, \d+\.\d % as changed/);
    expect(changed.answer).toMatchObject({ tools: [{ tool: "what-if", outcome: "found" }] });
    const expected = await call(agent, "differential", { problem: "cough" });
    expect(expected.said).toContain("never met cough");
    expect(
      (await call(agent, "search_timeline", { question: "Show subject 12345 instead" })).answer,
    ).toMatchObject({
      status: "refused",
    });
    await agent.close();
    expect(await audit()).toEqual([
      "nurse-bot mcp: answered",
      "nurse-bot mcp: answered",
      "nurse-bot mcp: answered",
      "nurse-bot mcp: answered",
      "nurse-bot mcp: refused",
    ]);
  });

  it("has knowledge alone where it was started for nobody", async () => {
    const agent = await started([]);
    const { answer } = await call(agent, "ask", { question: "What was my last HDL cholesterol?" });
    expect(answer).toMatchObject({ status: "cannot-answer", sentences: [] });
    await agent.close();
  });
});
