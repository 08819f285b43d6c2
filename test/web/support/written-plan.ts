/** A plan as `longitude plan` leaves it, whose trials take longer than a test may. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

export async function writePlan(folder: string): Promise<void> {
  const size = { depth: 2, width: 16, parameters: 8000 };
  const row = {
    ...size,
    tokens: 1e6,
    epochs: 20,
    loss: { value: 5.1, low: 5, high: 5.2, n: 6, method: "invented" },
    hoursHere: 1,
    hoursOneGpu: 0.1,
    hoursManyGpus: 0.02,
    beyondTrials: { parameters: 1, tokens: 2 },
  };
  const point = (tokens: number, loss: number) => ({
    tokens,
    loss,
    nextEventLoss: loss - 0.5,
    onsetLoss: 0.5,
  });
  const trial = (parameters: number, loss: number) => ({
    ...size,
    parameters,
    points: [point(1e4, loss + 0.5), point(1e5, loss)],
    seconds: 60,
    tokensPerSecond: 8000,
  });
  const plan = {
    schema: "longitude.plan/1",
    budgetHours: 1,
    threads: 2,
    epochTokens: 5e4,
    trials: [trial(2000, 6), trial(8000, 5.5)],
    law: {
      floor: 4,
      sizeTerm: 20,
      sizeExponent: 0.4,
      dataTerm: 30,
      dataExponent: 0.4,
      epochTokens: 5e4,
      repetitionEpochs: 15.4,
      repetitionFrom: "published",
      relativeError: 0.01,
    },
    check: { parameters: 8000, tokens: 1e5, foretold: 5.4, measured: 5.5 },
    pace: { fixed: 1e-5, perParameter: 1e-9 },
    recommended: { ...row, budgetHours: 1 },
    rows: [
      { ...row, budgetHours: 0.5 },
      { ...row, budgetHours: 1 },
    ],
    configured: { ...row, budgetHours: null },
    assumptions: { gpuFlops: 3e14, gpuUtilisation: 0.3, gpus: 8, gpuScaling: 0.9 },
  };
  await mkdir(join(folder, "plan"), { recursive: true });
  await writeFile(join(folder, "plan", "plan.json"), JSON.stringify(plan));
}
