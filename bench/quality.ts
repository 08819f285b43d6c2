/**
 * `npm run bench:quality`: what the evidence says about the two bars of model quality, read from finished sites.
 * (Olmsted) held-out persons: mean C-index of Longitude against boosted person-year hazards, paired. (PhysioNet-2012)
 * death in hospital, learned on one set and measured on the other, both ways: AUROC against gradient-boosted trees on
 * last, minimum, maximum, mean and count.
 *
 *   npm run bench:quality -- [--json] [--olmsted site/olmsted/report] [--a-on-b DIR] [--b-on-a DIR]
 *
 * A folder that is missing is said so and left out; docs/benchmarks.md has the commands that make them.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Evaluation, evaluationSchema } from "../src/evaluation/design/evaluation-schema.ts";
import type { Estimate } from "../src/evaluation/measures/estimate.ts";
import { benchOptions } from "./bench-options.ts";

interface Comparison {
  readonly landmark: string;
  readonly horizon: string;
  readonly measure: "cIndex" | "auroc";
  readonly models: Readonly<Record<string, Estimate>>;
  readonly against: string;
  /** Longitude minus `against`, paired. */
  readonly difference: Estimate | null;
}

const values = benchOptions(import.meta.filename, {
  json: { type: "boolean", default: false },
  olmsted: { type: "string", default: "site/olmsted/report" },
  "a-on-b": { type: "string", default: "site/physionet-2012/a-on-b" },
  "b-on-a": { type: "string", default: "site/physionet-2012/b-on-a" },
});

const result = {
  olmsted: read(values.olmsted)?.summary.map(
    ({ landmark, horizon, models, differences }): Comparison =>
      compared(landmark, horizon, "cIndex", models, "boostedHazards", differences),
  ),
  physionet2012: {
    aOnB: read(values["a-on-b"])?.tasks.map(inHospital),
    bOnA: read(values["b-on-a"])?.tasks.map(inHospital),
  },
};
if (values.json) console.log(JSON.stringify(result, null, 2));
else {
  print("Olmsted, held-out persons", result.olmsted);
  print("PhysioNet-2012, learned on a, measured on b", result.physionet2012.aOnB);
  print("PhysioNet-2012, learned on b, measured on a", result.physionet2012.bOnA);
}

function inHospital({ landmark, horizon, models, differences }: Evaluation["tasks"][number]): Comparison {
  return compared(landmark, horizon, "auroc", models, "trees", differences);
}

function compared(
  landmark: string,
  horizon: string,
  measure: "cIndex" | "auroc",
  models: Readonly<Record<string, Readonly<Record<string, Estimate | null>>>>,
  against: string,
  differences: Readonly<Record<string, Readonly<Record<string, Estimate | null>>>>,
): Comparison {
  const measured = Object.entries(models).flatMap(([name, of]): [string, Estimate][] => {
    const estimate = of[measure];
    return estimate ? [[name, estimate]] : [];
  });
  const difference = differences[against]?.[measure] ?? null;
  return { landmark, horizon, measure, models: Object.fromEntries(measured), against, difference };
}

function read(folder: string): Evaluation | undefined {
  const path = join(folder, "evaluation.json");
  if (!existsSync(path)) {
    console.error(`${path} is missing: docs/benchmarks.md says how it is made`);
    return undefined;
  }
  return evaluationSchema.parse(JSON.parse(readFileSync(path, "utf8")));
}

function print(title: string, comparisons: readonly Comparison[] | undefined): void {
  if (comparisons === undefined) return;
  console.log(`\n${title}`);
  for (const { landmark, horizon, measure, models, against, difference } of comparisons) {
    console.log(`  from ${landmark}, within ${horizon}: ${measure === "auroc" ? "AUROC" : "mean C-index"}`);
    for (const [name, estimate] of Object.entries(models))
      console.log(`    ${name.padEnd(18)} ${text(estimate)}`);
    if (difference !== null) console.log(`    minus ${against.padEnd(12)} ${text(difference)}`);
  }
}

function text({ value, low, high, n }: Estimate): string {
  return `${value.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)}), n = ${n}`;
}
