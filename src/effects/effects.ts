/**
 * What the outside world gives to a piece of work: the clock. Tests pass their own.
 * Randomness arrives as a seeded `Random`; progress leaves as typed events of an async generator.
 */
export interface Effects {
  /** Milliseconds since 1970-01-01 UTC. */
  now(): number;
  /** Resident memory of this process, bytes. */
  memoryBytes(): number;
}

export const systemEffects: Effects = {
  now: () => Date.now(),
  memoryBytes: () => process.memoryUsage.rss(),
};
