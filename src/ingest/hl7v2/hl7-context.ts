/** What the readers of segments need beside the segment. */
import type { ErrorDefinition } from "../../errors/registry.ts";
import type { Counter, Tally } from "../tally.ts";
import type { Harvest } from "./harvest-message.ts";
import type { Filed, Hl7Changes } from "./hl7-changes.ts";
import type { Hl7Message } from "./hl7-message.ts";

export interface Hl7Context {
  readonly changes: Hl7Changes;
  readonly tally: Tally;
  readonly notes: Counter;
  readonly notRead: Counter;
  readonly unknownUnits: Counter;
  readonly unitAliases: Readonly<Record<string, string>>;
  readonly describe: (code: string, description: string) => void;
  /** Where identifiers are collected for de-identification; null where they are not. */
  readonly harvest: Harvest | null;
}

/** What all segments of one message share. */
export interface MessageFacts extends Filed {
  readonly message: Hl7Message;
  readonly type: string;
  readonly event: string;
  /** When the event happened (EVN-6, EVN-2, MSH-7), and when the message was sent; ms. */
  readonly eventMs: number | null;
  readonly sentMs: number | null;
}

/** Whom what the message says is filed under. */
export function filed({ person, visit, account }: MessageFacts): Filed {
  return { person, visit, account };
}

/** Later than the event itself, or null. */
export function availableAfter(ms: number, known: number | null): number | null {
  return known !== null && known > ms ? known : null;
}

export function reject(context: Hl7Context, reason: ErrorDefinition, source: string): void {
  context.tally.reject(reason, source);
}
