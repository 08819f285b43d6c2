/** All that a verdict judges, with the hash of each part, so that a verdict says exactly what it saw. */
import type { Audit, AuditName } from "../../evaluation/audits/audit.ts";
import type { Evaluation } from "../../evaluation/design/evaluation-schema.ts";
import type { Evidence } from "../../evaluation/design/evidence-schema.ts";

export interface DesignEvidence {
  readonly evaluation: Evaluation;
  /** Null where only the evaluation is at hand. */
  readonly evidence: Evidence | null;
}

export interface ConditionFact {
  readonly holds: boolean;
  /** Why, in words that name no person. */
  readonly because: string;
}

export interface EvidenceBundle {
  /** Id of the model artefact. */
  readonly model: string;
  readonly internal: DesignEvidence;
  readonly external: DesignEvidence | null;
  /** By name; one that was not made is missing. */
  readonly audits: Readonly<Partial<Record<AuditName, Audit>>>;
  /** Of the whole site; a missing one is not known to hold. */
  readonly conditions: Readonly<Record<string, ConditionFact | undefined>>;
  /** Of single outcomes, by condition and outcome. */
  readonly outcomeConditions: Readonly<Record<string, Readonly<Record<string, ConditionFact>> | undefined>>;
  /** SHA-256 of every file judged, by role. */
  readonly judged: Readonly<Record<string, string>>;
}
