/** `longitude knowledge`: vetted statements with their sources, tied to outcomes. */
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Command } from "commander";
import { replaceFile } from "../artefacts/durable.ts";
import { systemEffects } from "../effects/effects.ts";
import { isoTime } from "../state/value-parsers.ts";
import {
  KNOWLEDGE_FILE,
  knowledgeContent,
  parseKnowledge,
  queryKnowledge,
  type VettedKnowledge,
} from "../vetting/knowledge/knowledge-statement.ts";
import { propose } from "../vetting/queue/propose.ts";
import { vettingArea } from "../vetting/queue/vetting-tables.ts";
import {
  DEMONSTRATION_MARK,
  outcomeDefinitions,
  UNVETTED_MARK,
} from "../vetting/statements/vetting-status.ts";
import { withState } from "./open-site-state.ts";
import { readSite } from "./read-site.ts";
import { readVettingFiles } from "./site-vetting.ts";
import { print, type VetFlags, vetVerb } from "./vet/vet-flags.ts";

const GUIDELINE =
  "Approve when the cited page says this, for this population, as firmly as stated, and it is still current. Open the link.";

export function knowledgeCommand(): Command {
  const knowledge = new Command("knowledge").description(
    "Import and query vetted knowledge with its sources.",
  );
  knowledge.addCommand(importCommand());
  knowledge.addCommand(queryCommand());
  return knowledge;
}

function importCommand(): Command {
  return vetVerb(
    "import",
    "Check a file of statements, keep it in the site and put what is new into the queue.",
  )
    .argument("<file>", "NDJSON, a statement a line; it replaces the site's knowledge.ndjson")
    .requiredOption("--as <id>", "who imports, for the audit log")
    .action(async (file: string, flags: VetFlags & { as: string }) => {
      const site = await readSite(flags.site);
      const text = await readFile(file, "utf8");
      const statements = parseKnowledge(text, file);
      const { folder } = await readVettingFiles(site.folder, site.configuration.vetting);
      const proposals = statements.map((one) => ({
        kind: "knowledge" as const,
        name: one.id,
        content: knowledgeContent(one),
        guideline: GUIDELINE,
      }));
      const added = await withState(site, [vettingArea], (state) =>
        state.transaction((tx) => propose(tx, proposals, flags.as, systemEffects.now())),
      );
      await mkdir(folder, { recursive: true });
      await replaceFile(join(folder, KNOWLEDGE_FILE), text);
      print(
        flags,
        "longitude.knowledge-import/1",
        { statements: statements.length, proposed: added },
        `${statements.length} statements; ${added.length} put into the queue (longitude vet next --kind knowledge)\n`,
      );
    });
}

function queryCommand(): Command {
  return vetVerb("query", "Print what is vetted today about an outcome, with its source.")
    .option("--outcome <name>", "only statements about this outcome")
    .option("--unvetted", "also what is not vetted today, marked as such")
    .action(async (flags: VetFlags & { outcome?: string; unvetted?: boolean }) => {
      const site = await readSite(flags.site);
      const { folder, reviewers, statements } = await readVettingFiles(
        site.folder,
        site.configuration.vetting,
      );
      const path = join(folder, KNOWLEDGE_FILE);
      const all = parseKnowledge(await readFile(path, "utf8").catch(() => ""), path);
      const current = outcomeDefinitions(site.configuration.outcomes);
      const today = isoTime(systemEffects.now()).slice(0, 10);
      const found = queryKnowledge(all, flags, statements, reviewers, current, today);
      print(
        flags,
        "longitude.knowledge/1",
        { knowledge: found, known: all.length },
        found.map(textOf).join("\n") || `Nothing vetted of ${all.length} statements.\n`,
      );
    });
}

function textOf({ knowledge, vetting }: VettedKnowledge): string {
  const { id, statement, action, population, strength, source, conflict } = knowledge;
  const mark =
    vetting.status !== "vetted"
      ? `${UNVETTED_MARK} (${vetting.status})`
      : vetting.demonstration
        ? DEMONSTRATION_MARK
        : null;
  return [
    `${id} (${strength}; ${population})`,
    `  ${statement}`,
    ...(action === null ? [] : [`  Consider: ${action}`]),
    ...(conflict === undefined
      ? []
      : [
          `  ${conflict.kind} (${conflict.severity}): ${conflict.act.join(", ")} with ${conflict.with.join(", ")} ${conflict.value ?? ""}`.trimEnd(),
        ]),
    `  ${source.title}, ${source.publisher}: ${source.url}`,
    `  vetted by ${vetting.vettedBy.join(", ") || "nobody"}, until ${vetting.expiresAt ?? "-"}`,
    ...(mark === null ? [] : [`  ${mark}`]),
    "",
  ].join("\n");
}
