/**
 * The messages that came last, so that one sent again after a lost acknowledgement is acknowledged and not stored twice.
 * Bounded: the oldest are forgotten. What is forgotten here is still told apart when the journal becomes a timeline.
 */
import type { MessageIdentity } from "./judge-message.ts";

const REMEMBERED = 500_000;

export class KnownMessages {
  readonly #contents = new Map<string, string>();
  readonly #storing = new Map<string, Promise<number>>();

  add(key: string, content: string): void {
    this.#contents.delete(key);
    this.#contents.set(key, content);
    if (this.#contents.size <= REMEMBERED) return;
    for (const oldest of this.#contents.keys()) {
      this.#contents.delete(oldest);
      break;
    }
  }

  /** The same sender, control id and content. A control id used again for another message is not a repetition. */
  has({ key, content }: MessageIdentity): boolean {
    return this.#contents.get(key) === content;
  }

  /** Stores a message once, however many connections bring it at the same time; true = it was there already. */
  async once(identity: MessageIdentity, store: () => Promise<number>): Promise<boolean> {
    if (this.has(identity)) return true;
    const id = `${identity.key}/${identity.content}`;
    const underWay = this.#storing.get(id);
    if (underWay !== undefined) {
      await underWay;
      return true;
    }
    const storing = store();
    this.#storing.set(id, storing);
    try {
      await storing;
      this.add(identity.key, identity.content);
    } finally {
      this.#storing.delete(id);
    }
    return false;
  }
}
