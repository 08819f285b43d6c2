/** What every route works with. */
import type { FastifyInstance } from "fastify";
import type { AssistantSources } from "../assistant/assistant-sources.ts";
import type { Effects } from "../effects/effects.ts";
import type { RegisteredRelease } from "../governance/release/registry.ts";
import type { ReleaseComparison } from "../governance/release/release-comparison.ts";
import type { PersonStatement, RollBackStatement, Waiver } from "../governance/statements/statement.ts";
import type { AuditAnchor } from "../state/audit/verify-audit.ts";
import type { State } from "../state/open-state.ts";
import type { VettedKnowledge } from "../vetting/knowledge/knowledge-statement.ts";
import type { Reviewer } from "../vetting/statements/reviewers.ts";
import type { DefinitionVetting } from "../vetting/statements/vetting-status.ts";
import type { AccessControl } from "./access/access-control.ts";
import type { AnswerStore } from "./answers/answer-store.ts";
import type { ServedModel } from "./answers/served-model.ts";
import type { OneTimeCode } from "./identity/one-time-code.ts";
import type { AlarmWatch } from "./monitor/alarm-watch.ts";
import type { RequestWindow } from "./monitor/request-window.ts";
import type { EventMeaning } from "./records/event-meaning.ts";
import type { RecordOptions } from "./records/patient-record.ts";
import type { ServerLog } from "./server-log.ts";
import type { ServerMetrics } from "./server-metrics.ts";
import type { ServingConfig } from "./serving-config.ts";
import type { StageKeeper } from "./stages/stage-keeper.ts";
import type { ServerTracing } from "./tracing/server-tracing.ts";

/** What stands in the site's vetting folder, read anew each time. */
export interface SiteVetting {
  reviewers(): Promise<readonly Reviewer[]>;
  /** Whether each outcome of the site may be relied on today. */
  outcomes(): Promise<readonly DefinitionVetting[]>;
}

/** Who may state something of a release, and how it is recorded. */
export interface SiteGovernance {
  people(): Promise<
    readonly { readonly id: string; readonly name: string; readonly roles: readonly string[] }[]
  >;
  /** Every waiver of a model that has a release, signed by somebody who may; those that have ended too. */
  waivers(): Promise<readonly Waiver[]>;
  /**
   * Records what a person has signed, when its signature, its time and everything that it rests on hold.
   * @throws LongitudeError GOVERNANCE_PERSON, STATEMENT_TIME, APPROVAL_REFUSED, RELEASE_FORBIDDEN, RELEASE_MISSING,
   *   SILENT_EVIDENCE_MISSING, WAIVER_INVALID, CLOCK_SET_BACK
   */
  record(statement: PersonStatement, signature: string): Promise<void>;
  /**
   * What a person is to sign to go back from a release, with nobody's name, time and reason.
   * @throws LongitudeError RELEASE_MISSING, RELEASE_DAMAGED, RELEASE_FORBIDDEN, MODEL_AFFECTED
   */
  goingBack(release: string): Promise<readonly RollBackStatement[]>;
  /** Records all of it or nothing. @throws LongitudeError as `record` and `goingBack` */
  rollBack(
    signed: readonly { readonly statement: RollBackStatement; readonly signature: string }[],
  ): Promise<void>;
}

export interface ServerContext {
  /** The site's name. */
  readonly site: string;
  readonly model: ServedModel;
  readonly answers: AnswerStore;
  readonly stages: StageKeeper;
  readonly alarms: AlarmWatch;
  /** What the monitors have read. */
  readonly requests: RequestWindow;
  readonly access: AccessControl;
  readonly state: State;
  readonly config: ServingConfig;
  /** The site's folder, to which paths of the configuration are relative. */
  readonly folder: string;
  /** The administrator's way in; null where a provider logs people in, or others reach the server. */
  readonly loginCode: OneTimeCode | null;
  readonly records: RecordOptions;
  readonly meaning: EventMeaning;
  /** Every release of the site, oldest first. */
  releases(): Promise<readonly RegisteredRelease[]>;
  /** Id of the release that the registry says is to be served instead, and the code with which it could not be opened; else null. */
  next(
    registry: readonly RegisteredRelease[],
  ): { readonly release: string; readonly failed: string | null } | null;
  /** The audit log's anchor that is kept outside of the database; null where there is none. */
  auditAnchor(): Promise<AuditAnchor | null>;
  /** What experts have vetted. @param today YYYY-MM-DD */
  knowledge(today: string): readonly VettedKnowledge[];
  readonly vetting: SiteVetting;
  readonly governance: SiteGovernance;
  /** The first of two releases minus the second, on the same persons. @throws LongitudeError RELEASES_NOT_COMPARABLE */
  compare(first: RegisteredRelease, second: RegisteredRelease): Promise<ReleaseComparison>;
  readonly assistant: AssistantSources;
  readonly effects: Effects;
  readonly log: ServerLog;
  readonly metrics: ServerMetrics;
  readonly tracing: ServerTracing;
  /** Of the site's server, for keys of patients. */
  readonly secret: Buffer;
  /** Recorded with each answer; what has a random part is drawn from it. */
  readonly seed: number;
  /** The address that clients use, without a slash at its end. */
  address(): string;
  /** Whether a stop is under way: nothing new is begun then. */
  stopping(): boolean;
}

/** Adds routes of one family to the server; what it starts it stops in an `onClose` hook. */
export type AddRoutes = (app: FastifyInstance, context: ServerContext) => void | Promise<void>;
