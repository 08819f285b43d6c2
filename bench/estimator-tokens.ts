/**
 * On the Olmsted cohort: tokens that each estimator needs for the standard error of 1,000 Monte Carlo futures, as a share
 * of the tokens of those 1,000, by outcome (risk within ten years of the index date; median over tuning persons at risk).
 * A share is variance x tokens of one future, over the same of one Monte Carlo future; each future ends at its outcome.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { readSite, SITE_FILE } from "../src/cli/read-site.ts";
import { systemEffects } from "../src/effects/effects.ts";
import { createRandom } from "../src/effects/random.ts";
import { FutureSimulator } from "../src/forecast/future-simulator.ts";
import { outcomeTokens } from "../src/tokens/outcome-tokens.ts";
import { readTokenShard } from "../src/tokens/token-shard.ts";
import { readCheckpoint } from "../src/training/checkpoint.ts";
import { train } from "../src/training/train.ts";
import { resolveOutcomes } from "../src/vetting/outcome-definition.ts";
import { median } from "./median.ts";
import { olmstedTokens } from "./olmsted-tokens.ts";
import { siteArtefact } from "./site-artefact.ts";

const PERSONS = 40;
const FUTURES = 128;
const HORIZON_DAYS = 3652.5;
const THREADS = 2;

export interface EstimatorComparison {
  /** Median over outcomes of `chosen`. */
  readonly medianTokenRatio: number;
  readonly perOutcome: Readonly<
    Record<
      string,
      { readonly scope: number; readonly reach: number; readonly chosen: number; readonly persons: number }
    >
  >;
}

/** @param site a built site whose model and tokens are used; a short training when absent */
export async function compareEstimators(folder: string, site?: string): Promise<EstimatorComparison> {
  const { model, tokens } = site === undefined ? await shortTraining(folder) : await ofSite(site);
  const checkpoint = await readCheckpoint(model);
  const definitions = resolveOutcomes(
    (await readSite(site ?? join(import.meta.dirname, "../examples/olmsted"))).configuration.outcomes,
  );
  const queries = definitions.map(({ name, matches }) => ({
    name,
    ...outcomeTokens(matches, checkpoint.vocabulary),
  }));
  const persons = createRandom("estimator persons")
    .shuffle(
      readTokenShard(join(tokens, "tuning.safetensors")).filter(({ indexDay }) => Number.isFinite(indexDay)),
    )
    .slice(0, PERSONS);
  const simulator = new FutureSimulator(checkpoint, {
    longestFuture: 160,
    random: createRandom("estimators"),
    threads: THREADS,
  });
  const shares = queries.map(() => ({ scope: [] as number[], reach: [] as number[] }));
  for (const [i, patient] of persons.entries()) {
    const request = { patient, day: patient.indexDay, label: String(i) };
    const prefix = await simulator.prefix(request);
    const free = await simulator.free(request, prefix, queries, [HORIZON_DAYS], [0, FUTURES]);
    for (const [k, query] of queries.entries()) {
      if ((patient.outcomeDays[k] ?? []).some((day) => day <= patient.indexDay)) continue;
      const spared = await simulator.spared(request, prefix, query, [HORIZON_DAYS], [0, FUTURES]);
      const sums = free.map((future) => future.sums[k] as number);
      const risk = mean(sums);
      const counting = risk * (1 - risk) * mean(free.map((future) => future.tokensUntil[k] as number));
      const risks = spared.map((future) => 1 - (future.spared[0] as number));
      shares[k]?.scope.push(
        (variance(sums) * mean(free.map((future) => future.tokensUntil[k] as number))) / counting,
      );
      shares[k]?.reach.push((variance(risks) * mean(spared.map((future) => future.tokens))) / counting);
    }
    if ((i + 1) % 10 === 0) console.error(`  estimators: ${i + 1} of ${persons.length} persons`);
  }
  await simulator.close();
  const perOutcome = Object.fromEntries(
    queries.map(({ name }, k) => {
      const [scope, reach] = [median(shares[k]?.scope ?? []), median(shares[k]?.reach ?? [])];
      return [name, { scope, reach, chosen: Math.min(scope, reach), persons: shares[k]?.scope.length ?? 0 }];
    }),
  );
  return {
    medianTokenRatio: median(Object.values(perOutcome).map(({ chosen }) => chosen)),
    perOutcome,
  };
}

export function printEstimators(
  { medianTokenRatio, perOutcome }: EstimatorComparison,
  say: (line: string) => void,
): void {
  say(
    "\noutcome          SCOPE    REACH   tokens for the error of 1,000 Monte Carlo futures, as a share of theirs",
  );
  for (const [name, { scope, reach }] of Object.entries(perOutcome))
    say(`${name.padEnd(14)} ${scope.toFixed(3).padStart(7)}  ${reach.toFixed(3).padStart(7)}`);
  say(`median of the better of both: ${medianTokenRatio.toFixed(3)}`);
}

async function ofSite(site: string) {
  return { model: await siteArtefact(site, "model"), tokens: await siteArtefact(site, "tokens") };
}

async function shortTraining(folder: string): Promise<{ model: string; tokens: string }> {
  const example = join(import.meta.dirname, "../examples/olmsted");
  const { configuration } = await readSite(example);
  const outcomes = resolveOutcomes(configuration.outcomes);
  console.error(`  training two epochs with ${join(example, SITE_FILE)}`);
  const tokens = (await olmstedTokens(folder, outcomes)).folder;
  const out = join(folder, "model");
  await mkdir(out);
  const running = train(
    {
      tokens,
      outcomes,
      config: { ...configuration.training, epochs: 2 },
      out,
      work: join(folder, "work"),
      run: "bench",
    },
    systemEffects,
  );
  for await (const event of running)
    if (event.kind === "tuning")
      console.error(`  epoch ${event.point.epoch + 1}: tuning loss ${event.point.loss.toFixed(3)}`);
  return { model: out, tokens };
}

function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

function variance(values: readonly number[]): number {
  const middle = mean(values);
  return values.reduce((total, value) => total + (value - middle) ** 2, 0) / (values.length - 1);
}
