/** `longitude privacy break-glass` and `reidentify`: the audited exception. */
import { Command } from "commander";
import { lockSite } from "../artefacts/site-lock.ts";
import { systemEffects } from "../effects/effects.ts";
import { grantOf, openGrant, reidentify } from "../privacy/zone/break-glass.ts";
import { openZone } from "../privacy/zone/open-zone.ts";
import { systemEntropy } from "../privacy/zone/system-entropy.ts";
import type { AuditFacts } from "../state/audit/audit-entry.ts";
import { appendAudit } from "../state/audit/audit-log.ts";
import { isoTime } from "../state/value-parsers.ts";
import type { SubjectKey } from "../timeline/patient-event.ts";
import { withState } from "./open-site-state.ts";
import { privacyOf } from "./privacy-of.ts";
import { readSite, type Site } from "./read-site.ts";

export function breakGlassCommands(): Command[] {
  return [
    new Command("break-glass")
      .description(
        "Open the zone to a named person, for a reason, for some minutes; written into the audit log.",
      )
      .requiredOption("--site <dir>", "folder with longitude.yaml")
      .requiredOption("--person <id>", "who: a user's id or e-mail address")
      .requiredOption("--reason <text>", "why, in one line of at least ten characters, without health data")
      .option("--minutes <n>", "for how long, at most 240", "30")
      .action(grant),
    new Command("reidentify")
      .description(
        "Show who a subject key stands for; needs an open grant, and is written into the audit log first.",
      )
      .requiredOption("--site <dir>", "folder with longitude.yaml")
      .requiredOption("--subject <key>", "subject key")
      .requiredOption("--person <id>", "who asks: the person of the grant")
      .option("--json", "print one JSON object on standard output", false)
      .action(show),
  ];
}

async function grant(flags: {
  site: string;
  person: string;
  reason: string;
  minutes: string;
}): Promise<void> {
  const site = await readSite(flags.site);
  const zone = await openZone(privacyOf(site), systemEntropy);
  const facts = {
    actor: flags.person,
    action: "privacy.break-glass",
    object: zone.id,
    patientKey: null,
    reason: flags.reason,
  };
  const { untilMs } = await audited(site, facts, () =>
    openGrant(zone, flags.person, flags.reason, Number(flags.minutes), systemEffects.now()),
  );
  process.stdout.write(`the zone is open to ${flags.person} until ${isoTime(untilMs)}\n`);
}

async function show(flags: { site: string; subject: string; person: string; json: boolean }): Promise<void> {
  const site = await readSite(flags.site);
  const zone = await openZone(privacyOf(site), systemEntropy);
  const subject = Number(flags.subject) as SubjectKey;
  const facts = {
    actor: flags.person,
    action: "privacy.reidentify",
    object: zone.id,
    patientKey: flags.subject,
    reason: "",
  };
  const person = await audited(site, facts, async () => {
    await grantOf(zone, flags.person, systemEffects.now());
    // Looking opens identifiers in the zone's work folder, which a build uses too.
    const lock = await lockSite(zone.folder, systemEffects);
    try {
      return await reidentify(zone, systemEntropy, subject, flags.person, systemEffects.now());
    } finally {
      await lock.release();
    }
  });
  if (flags.json) process.stdout.write(`${JSON.stringify(person)}\n`);
  else for (const { kind, value } of person.identifiers) process.stdout.write(`${kind.padEnd(8)} ${value}\n`);
}

/** The entry is on the disk before anything is shown; a refusal is written too. */
async function audited<T>(site: Site, facts: Omit<AuditFacts, "outcome">, act: () => Promise<T>): Promise<T> {
  const write = (outcome: AuditFacts["outcome"]): Promise<void> =>
    withState(site, [], (state) =>
      state.transaction(async (tx) => {
        await appendAudit(tx, { ...facts, outcome }, systemEffects.now());
      }),
    );
  let result: T;
  try {
    result = await act();
  } catch (error) {
    await write("refused");
    throw error;
  }
  await write("done");
  return result;
}
