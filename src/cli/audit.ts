/** `longitude audit`: reads and verifies the audit log of a site. */
import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Command } from "commander";
import { systemEffects } from "../effects/effects.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { AUDIT_BROKEN, USAGE_INVALID } from "../errors/registry.ts";
import type { AuditEntry } from "../state/audit/audit-entry.ts";
import { auditEvent } from "../state/audit/audit-event.ts";
import { readAudit } from "../state/audit/audit-log.ts";
import { type AuditAnchor, auditAnchorSchema, verifyAudit } from "../state/audit/verify-audit.ts";
import { isoTime } from "../state/value-parsers.ts";
import { siteAnchor, withState } from "./open-site-state.ts";
import { readSite } from "./read-site.ts";

export function auditCommand(): Command {
  const audit = new Command("audit").description("Read and verify the audit log of a site.");
  audit
    .command("list")
    .description("Print the entries in order: who, what, which object and patient key, why, outcome.")
    .requiredOption("--site <dir>", "folder with longitude.yaml")
    .option("--after <sequence>", "only entries after this one", "0")
    .option("--json", "print one JSON object on standard output")
    .action(async (flags: { site: string; after: string; json?: boolean }) => {
      const entries: AuditEntry[] = [];
      await withState(await readSite(flags.site), [], (state) =>
        state.transaction(async (tx) => {
          entries.length = 0;
          for await (const entry of readAudit(tx, Number(flags.after))) entries.push(entry);
        }),
      );
      process.stdout.write(
        flags.json === true
          ? `${JSON.stringify({ schema: "longitude.audit/1", entries }, null, 2)}\n`
          : entries.map(lineOf).join(""),
      );
    });
  audit
    .command("verify")
    .description("Check that no entry was changed, removed or moved since it was written.")
    .requiredOption("--site <dir>", "folder with longitude.yaml")
    .option(
      "--anchor <files...>",
      "anchors that were exported before; they show a cut-off end, as does the site's own",
    )
    .option("--json", "print one JSON object on standard output")
    .action(async (flags: { site: string; anchor?: string[]; json?: boolean }) => {
      const verdict = await verify(flags.site, flags.anchor ?? []);
      if (flags.json === true) {
        process.stdout.write(
          `${JSON.stringify({ schema: "longitude.audit-verdict/1", ...verdict }, null, 2)}\n`,
        );
      }
      const first = verdict.faults[0];
      if (first !== undefined) {
        throw new LongitudeError(
          AUDIT_BROKEN,
          `${verdict.faults.length} faults in ${verdict.entries} entries, the first at entry ${first.sequence}: ${first.kind}`,
        );
      }
      if (flags.json === true) return;
      process.stdout.write(
        `${verdict.entries} entries, unbroken; ${verdict.clockSetBack} written while the clock stood behind the entry before\n`,
      );
    });
  audit
    .command("anchor")
    .description("Write how long the log is and how it ends; keep the file away from the database.")
    .requiredOption("--site <dir>", "folder with longitude.yaml")
    .requiredOption("--out <file>", "file to write; must not exist")
    .option("--json", "print the anchor on standard output too")
    .action(async (flags: { site: string; out: string; json?: boolean }) => {
      const { anchor } = await verify(flags.site, []);
      await writeFile(flags.out, `${JSON.stringify(anchor)}\n`, { flag: "wx" }).catch((cause: unknown) => {
        throw new LongitudeError(USAGE_INVALID, `${flags.out} is there already, or cannot be written`, {
          cause,
        });
      });
      if (flags.json === true) process.stdout.write(`${JSON.stringify(anchor)}\n`);
      else process.stderr.write(`wrote ${flags.out}: ${anchor.sequence} entries\n`);
    });
  audit
    .command("export")
    .description("Write the log as FHIR R4 AuditEvent, one resource a line.")
    .requiredOption("--site <dir>", "folder with longitude.yaml")
    .requiredOption("--out <file>", "NDJSON file to write")
    .option("--after <sequence>", "only entries after this one", "0")
    .option("--json", "print one JSON object on standard output")
    .action(async (flags: { site: string; out: string; after: string; json?: boolean }) => {
      const site = await readSite(flags.site);
      const lines: string[] = [];
      await withState(site, [], (state) =>
        state.transaction(async (tx) => {
          lines.length = 0;
          for await (const entry of readAudit(tx, Number(flags.after)))
            lines.push(`${JSON.stringify(auditEvent(entry, site.configuration.name))}\n`);
        }),
      );
      await writeFile(flags.out, lines.join(""));
      if (flags.json === true)
        process.stdout.write(
          `${JSON.stringify({ schema: "longitude.audit-export/1", file: resolve(flags.out), events: lines.length }, null, 2)}\n`,
        );
      else process.stderr.write(`wrote ${flags.out}: ${lines.length} events\n`);
    });
  return audit;
}

async function verify(folder: string, anchorFiles: readonly string[]) {
  const anchors: AuditAnchor[] = [];
  for (const file of anchorFiles) anchors.push(await readAnchor(file));
  const site = await readSite(folder);
  const own = await siteAnchor(site);
  if (own !== null) anchors.push(own);
  return await withState(site, [], (state) =>
    state.transaction((tx) => verifyAudit(tx, isoTime(systemEffects.now()), anchors)),
  );
}

async function readAnchor(file: string): Promise<AuditAnchor> {
  try {
    return auditAnchorSchema.parse(JSON.parse(await readFile(file, "utf8")));
  } catch (cause) {
    throw new LongitudeError(USAGE_INVALID, `${file} is not an anchor of an audit log`, { cause });
  }
}

function lineOf(entry: AuditEntry): string {
  const { sequence, at, actor, action, object, patientKey, outcome, reason } = entry;
  return `${sequence}  ${at}  ${actor}  ${action}  ${object}  ${patientKey ?? "-"}  ${outcome}  ${reason}\n`;
}
