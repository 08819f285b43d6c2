/** Whether what a release forecast in silence lets it be shown: the gate `silent-evidence`, or a waiver of it. */
import { LongitudeError } from "../errors/longitude-error.ts";
import { SILENT_EVIDENCE_MISSING } from "../errors/registry.ts";
import { SILENT_GATE, silentGateFailure } from "../governance/gates/silent-gate.ts";
import type { Verdict } from "../governance/gates/verdict.ts";
import { readPeople } from "../governance/people.ts";
import type { RegisteredRelease } from "../governance/release/registry.ts";
import { readStatements } from "../governance/statements/record-statement.ts";
import { readEvidence } from "../serving/monitor/matured-evidence.ts";
import type { StateTransaction } from "../state/open-state.ts";
import { gatesOf, governanceFile } from "./governance-folder.ts";
import { validWaivers } from "./make-release.ts";
import type { Site } from "./read-site.ts";

export interface ShownPart {
  /** Left out: every outcome that its verdict lets be shown. */
  readonly outcome?: string;
  /** Left out: everywhere. */
  readonly unit?: string;
}

/** @param today YYYY-MM-DD @throws LongitudeError SILENT_EVIDENCE_MISSING */
export async function requireSilentEvidence(
  site: Site,
  tx: StateTransaction,
  release: RegisteredRelease,
  verdict: Verdict,
  { outcome, unit }: ShownPart,
  today: string,
): Promise<void> {
  const { silent } = await gatesOf(site, undefined);
  if (silent === null) return;
  const group = unit === undefined ? "all" : `unit ${unit}`;
  const matured = ((await readEvidence(tx, release.id))?.groups ?? []).filter(
    (one) => one.exposure === "silent" && one.group === group,
  );
  const people = await readPeople(governanceFile(site, "people.yaml"));
  const waived = validWaivers(await readStatements(tx), people, release.model).filter(
    ({ gate, until }) => gate === SILENT_GATE && until >= today,
  );
  const shown = verdict.tasks.filter(({ verdict: word }) => word.startsWith("deploy"));
  for (const name of new Set(shown.map((task) => task.outcome))) {
    if (outcome !== undefined && outcome !== name) continue;
    if (waived.some((one) => one.outcome === null || one.outcome === name)) continue;
    const failure = silentGateFailure(silent, name, matured);
    if (failure !== null)
      throw new LongitudeError(
        SILENT_EVIDENCE_MISSING,
        `${release.id} may not be shown${unit === undefined ? "" : ` in ${unit}`}: ${name}: ${failure}`,
      );
  }
}
