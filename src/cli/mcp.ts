/** `longitude mcp`: the assistant's tools for an agent on this machine, by the Model Context Protocol over standard input and output. */
import { once } from "node:events";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { Command } from "commander";
import { packageVersion } from "../artefacts/package-version.ts";
import { assistantMcpServer } from "../assistant/agents/mcp-server.ts";
import { recordQuestion } from "../assistant/answer-question.ts";
import { keepAnswer } from "../assistant/conversations/answer-keeper.ts";
import { assistantArea } from "../assistant/conversations/assistant-tables.ts";
import { systemEffects } from "../effects/effects.ts";
import type { State } from "../state/open-state.ts";
import { type AskTools, askTools } from "./ask-tools.ts";
import { withState } from "./open-site-state.ts";
import { readSite } from "./read-site.ts";
import { withInterrupt } from "./run-verb.ts";

interface McpFlags {
  readonly site: string;
  readonly subject?: string;
  readonly passages?: string;
  readonly as: string;
}

export function mcpCommand(): Command {
  return new Command("mcp")
    .description("Offer the assistant's tools to an agent on this machine (Model Context Protocol, stdio).")
    .requiredOption("--site <dir>", "folder with longitude.yaml")
    .option("--subject <key>", "whose record the agent may ask about; without it, knowledge alone")
    .option("--passages <file>", "published passages, NDJSON or gzip: id, source, url, focus, type, answer")
    .option("--as <id>", "who asks, for the audit log", "local")
    .addHelpText(
      "after",
      `
The agent's host starts it and speaks with it over standard input and output; it ends when the input does. One start is for one
person's record: an agent cannot ask for another. Others reach the same tools at /mcp of longitude serve. Guide: docs/guides/ask.md

Example, as hosts write it:
  { "mcpServers": { "longitude": { "command": "longitude", "args": ["mcp", "--site", "site/olmsted", "--subject", "1824351847312"] } } }`,
    )
    .action((flags: McpFlags) => withInterrupt((signal) => run(flags, signal)));
}

async function run(flags: McpFlags, signal: AbortSignal): Promise<void> {
  const site = await readSite(flags.site);
  const opened = await askTools(site, flags.subject ?? null, flags.passages);
  try {
    await withState(site, [assistantArea], (state) => serve(flags, opened, state, signal));
  } finally {
    await opened.close();
  }
}

async function serve(flags: McpFlags, { tools }: AskTools, state: State, signal: AbortSignal): Promise<void> {
  const patientKey = flags.subject ?? null;
  const server = assistantMcpServer({
    version: packageVersion(),
    outcomes: tools.outcomes.map(({ title }) => title),
    record: null,
    ask: async ({ question, register, only }) => {
      const recording = await recordQuestion(question, { register, language: "en", only }, tools);
      const asker = { tenant: "local", actor: flags.as, door: "mcp", patientKey } as const;
      return keepAnswer(state, recording, asker, systemEffects.now());
    },
  });
  await server.connect(new StdioServerTransport());
  await Promise.race([
    once(process.stdin, "end", { signal }),
    once(process.stdin, "close", { signal }),
  ]).catch(() => {});
  await server.close();
}
