/** Verdicts and releases as lines in a terminal. */
import { join } from "node:path";
import type { Verdict } from "../governance/gates/verdict.ts";
import type { RegisteredRelease } from "../governance/release/registry.ts";
import type { Site } from "./read-site.ts";

export function verdictText(verdict: Verdict): string {
  const rows = verdict.tasks.map(({ title, landmark, horizon, verdict: word, excludedGroups, gates }) => {
    const open = gates.filter(({ passed, waived }) => !passed && waived === null).map(({ gate }) => gate);
    const not = excludedGroups.length === 0 ? "" : `; not for ${excludedGroups.join(", ")}`;
    return `  ${`${title}, ${landmark}, ${horizon}`.padEnd(44)} ${word}${not}${open.length === 0 ? "" : `  (${open.join(", ")})`}\n`;
  });
  return `\n${rows.join("")}\nverdict: ${verdict.verdict}. ${verdict.words}\n`;
}

export function releaseLine(site: Site, release: RegisteredRelease, made: boolean | null): string {
  const approvals = release.approvals.map(({ by, role }) => `${role} ${by}`).join(", ") || "none";
  const how = made === null ? "" : made ? "made " : "reused ";
  return `${how}release ${release.id}, version ${release.version}: ${release.stage}; verdict: ${release.verdict}; approvals: ${approvals}\n  ${join(site.folder, release.folder)}\n`;
}
