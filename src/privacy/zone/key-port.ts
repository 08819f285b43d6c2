/**
 * Who holds the master key. Everything sealed has a data key of its own; the port wraps data keys and opens them again,
 * and the master key itself never leaves it. Two implementations: a file (key-file.ts), a program that talks to a key
 * service (key-command.ts).
 */
export interface WrappedKey {
  /** Which master key wrapped it. */
  readonly master: string;
  /** Base64. */
  readonly blob: string;
}

export interface KeyPort {
  /** Wraps a data key of 32 bytes with the newest master key. @param context is bound to it: a key opens for this use only */
  wrap(dataKey: Uint8Array, context: string): Promise<WrappedKey>;
  /** @throws ZONE_KEY_MISSING, ZONE_KEY_WRONG, KEY_SERVICE */
  unwrap(wrapped: WrappedKey, context: string): Promise<Uint8Array>;
}

/** A port whose master key this program can replace. */
export interface RotatingKeyPort extends KeyPort {
  /** A new master key for everything wrapped from now on; older ones still open what they wrapped. */
  addMaster(): Promise<string>;
  /** Forgets all master keys but the newest, once nothing is wrapped with them. */
  retireOldMasters(): Promise<number>;
}

/** Bytes that nobody can foretell; tests pass their own. */
export type Entropy = (bytes: number) => Uint8Array;
