/** A clock that stands still, for tests whose result must not depend on time. */
import type { Effects } from "../../src/effects/effects.ts";

export function fixedEffects(): Effects {
  return { now: () => 0, memoryBytes: () => 0 };
}
