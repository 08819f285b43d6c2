/**
 * Takes messages in: judges them, stores them durably, and says what to answer.
 * Invariant: an answer that says accepted is given only for a message that is on the disk; one that is refused is on the
 * disk among the dead letters, with its reason.
 */
import { join } from "node:path";
import { lockSite, type SiteLock } from "../../artefacts/site-lock.ts";
import type { Effects } from "../../effects/effects.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { type ErrorDefinition, HL7_OVERSIZE, HL7_STORE, HL7_TRUNCATED } from "../../errors/registry.ts";
import { acknowledgements } from "./acknowledgement.ts";
import { FeedJournal } from "./feed-journal.ts";
import type { Hl7Message } from "./hl7-message.ts";
import { identityOf, judgeMessage, type MessageFault } from "./judge-message.ts";
import { KnownMessages } from "./known-messages.ts";
import type { MllpFrame } from "./mllp-frames.ts";
import { messagesOfFrame } from "./split-messages.ts";

export const JOURNAL_FOLDER = "journal";
export const DEAD_LETTERS_FOLDER = "dead-letters";

export interface FeedCounts {
  readonly accepted: number;
  /** Sent again and already stored. */
  readonly repeated: number;
  readonly deadLetters: number;
  readonly byReason: Readonly<Record<string, number>>;
}

export class FeedStore {
  #repeated = 0;
  #answers = 0;

  private constructor(
    private readonly journal: FeedJournal,
    private readonly deadLetters: FeedJournal,
    private readonly known: KnownMessages,
    private readonly reasons: Map<string, number>,
    private readonly lock: SiteLock,
    private readonly effects: Effects,
  ) {}

  /** @param folder of one feed; only one process may write to it */
  static async open(folder: string, effects: Effects): Promise<FeedStore> {
    const lock = await lockSite(folder, effects);
    try {
      const known = new KnownMessages();
      const journal = await FeedJournal.open(join(folder, JOURNAL_FOLDER), ({ k, c }) => {
        if (k !== undefined && c !== undefined) known.add(k, c);
      });
      const reasons = new Map<string, number>();
      const deadLetters = await FeedJournal.open(join(folder, DEAD_LETTERS_FOLDER), ({ reason }) =>
        count(reasons, reason ?? ""),
      );
      return new FeedStore(journal, deadLetters, known, reasons, lock, effects);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  counts(): FeedCounts {
    return {
      accepted: this.journal.count,
      repeated: this.#repeated,
      deadLetters: this.deadLetters.count,
      byReason: Object.fromEntries([...this.reasons].sort()),
    };
  }

  /** The answers to a frame, in order. */
  async take(frame: MllpFrame): Promise<string[]> {
    if (frame.kind === "garbage") {
      await this.#bury(frame.bytes, HL7_TRUNCATED);
      return [];
    }
    if (frame.kind !== "message") {
      const definition = frame.kind === "oversize" ? HL7_OVERSIZE : HL7_TRUNCATED;
      await this.#bury(frame.bytes, definition);
      const { message } = judgeMessage(frame.bytes);
      return this.#answer(message, { definition, answer: "AR", condition: "207" });
    }
    const answers = await Promise.all(messagesOfFrame(frame.bytes).map((bytes) => this.#takeMessage(bytes)));
    return answers.flat();
  }

  async close(): Promise<void> {
    await this.journal.close();
    await this.deadLetters.close();
    await this.lock.release();
  }

  async #takeMessage(bytes: Buffer): Promise<string[]> {
    const { message, fault } = judgeMessage(bytes);
    if (message === null || fault !== null) {
      await this.#bury(bytes, fault!.definition);
      return this.#answer(message, fault);
    }
    return this.#answer(message, await this.#store(message, bytes));
  }

  async #store(message: Hl7Message, bytes: Buffer): Promise<MessageFault | null> {
    const identity = identityOf(message, bytes);
    const header = { t: this.effects.now(), k: identity.key, c: identity.content };
    try {
      if (await this.known.once(identity, () => this.journal.append(header, bytes))) this.#repeated += 1;
      return null;
    } catch (error) {
      if (!(error instanceof LongitudeError) && !isSystemError(error)) throw error;
      return { definition: HL7_STORE, answer: "AE", condition: "207" };
    }
  }

  async #bury(bytes: Buffer, { code }: ErrorDefinition): Promise<void> {
    await this.deadLetters.append({ t: this.effects.now(), reason: code }, bytes);
    count(this.reasons, code);
  }

  #answer(message: Hl7Message | null, fault: MessageFault | null): string[] {
    const now = this.effects.now();
    const stamp = new Date(now).toISOString().replace(/\D/g, "").slice(0, 14);
    this.#answers += 1;
    return acknowledgements(message, fault, stamp, `L${now.toString(36)}${this.#answers.toString(36)}`);
  }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && "code" in error;
}
