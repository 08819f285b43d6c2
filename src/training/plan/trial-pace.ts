/** How fast a size trains here, from a few steps: enough to lay out the trials, which then measure it better. */
import type { Effects } from "../../effects/effects.ts";
import type { RunSetUp } from "../run-set-up.ts";
import { Trainer } from "../trainer.ts";

export interface PaceSample {
  readonly parameters: number;
  readonly secondsPerToken: number;
}

const STEPS = 4;

export async function measurePace(setUp: RunSetUp, threads: number, effects: Effects): Promise<PaceSample> {
  const trainer = await Trainer.open({ ...setUp, vectors: setUp.firstVectors(), threads });
  try {
    const planned = setUp.plannedBatches(0);
    // One step of each row length first: graphs and buffers are ready after it.
    const shapes = new Map(planned.map((batch) => [batch.shape.time, batch]));
    let step = 0;
    for (const batch of shapes.values()) await trainer.step(setUp.batchOf(batch), ++step);
    const begin = effects.now();
    let tokens = 0;
    for (const one of planned.slice(0, STEPS)) {
      const batch = setUp.batchOf(one);
      await trainer.step(batch, ++step);
      tokens += batch.realTokens;
    }
    const seconds = Math.max(effects.now() - begin, 1) / 1000;
    return { parameters: setUp.layout.size, secondsPerToken: seconds / tokens };
  } finally {
    await trainer.close();
  }
}
