/**
 * Stores PyTorch's losses over the steps of test/support/reference-run.ts, which a test compares with Longitude's.
 *
 *   npx tsx tools/reference-losses.ts [--check]
 *
 * With --check it stores nothing and prints the largest difference between PyTorch here and the stored losses. Python:
 * LONGITUDE_PYTHON, else python3; it needs torch.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findPython } from "../src/training/torch/find-python.ts";
import { referenceRequest } from "../test/support/reference-run.ts";

const ROOT = join(import.meta.dirname, "..");
const STORED = join(ROOT, "test/cases/training-reference/losses.json");

const python = findPython(["torch"]);
if (python === null)
  throw new Error("no Python with torch: set LONGITUDE_PYTHON, or pip install torch numpy");
const run = spawnSync(python.path, [join(ROOT, "trainers/torch/reference_losses.py")], {
  input: JSON.stringify(referenceRequest()),
  encoding: "utf8",
});
if (run.status !== 0) throw new Error(run.stderr);
const answer = JSON.parse(run.stdout) as { torch: string; losses: number[] };
if (process.argv.includes("--check")) {
  const stored = JSON.parse(readFileSync(STORED, "utf8")) as { losses: number[] };
  const largest = Math.max(...stored.losses.map((loss, i) => Math.abs(loss - (answer.losses[i] as number))));
  console.log(
    `PyTorch ${answer.torch}: largest difference from the stored losses ${largest.toExponential(2)}`,
  );
} else writeFileSync(STORED, `${JSON.stringify(answer, null, 1)}\n`);
