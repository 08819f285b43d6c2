/**
 * `npm run bench:language`: the language model of examples/language trained by the embedded engine and by PyTorch from the
 * same weights on the same batches, and what each makes of the held-out texts in bits per byte.
 *
 *   npm run bench:language -- [--epochs N] [--json]
 *
 * Needs a Python with torch and safetensors: LONGITUDE_PYTHON, else python3.
 */
import { execFileSync } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { BitsPerByte } from "../src/training/text/bits-per-byte.ts";

const ROOT = join(import.meta.dirname, "..");
const { values } = parseArgs({
  options: {
    epochs: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log("npm run bench:language -- [--epochs N] [--json]");
  process.exit(0);
}

interface Figures {
  readonly parameters: number;
  readonly seconds: number;
  readonly realTokensPerSecond: number;
  readonly heldOut: BitsPerByte;
}

const folder = await mkdtemp(join(tmpdir(), "longitude-bench-language-"));
try {
  await cp(join(ROOT, "examples"), folder, { recursive: true });
  const site = join(folder, "language");
  const file = join(site, "longitude.yaml");
  const text = await readFile(file, "utf8");
  await writeFile(file, text.replace(/epochs: \d+/, `epochs: ${values.epochs}`));
  const [embedded, torch] = (["embedded", "torch"] as const).map((engine) => trained(site, engine));
  if (embedded === undefined || torch === undefined) throw new TypeError("two runs were started");
  const relative = Math.abs(embedded.heldOut.value / torch.heldOut.value - 1);
  if (values.json) console.log(JSON.stringify({ epochs: Number(values.epochs), embedded, torch, relative }));
  else
    for (const [name, run] of Object.entries({ Longitude: embedded, PyTorch: torch }))
      console.log(
        `${name.padEnd(10)} ${run.heldOut.value.toFixed(4)} bits per byte (${run.heldOut.low.toFixed(4)} to ${run.heldOut.high.toFixed(4)}, n = ${run.heldOut.documents}) · ${Math.round(run.realTokensPerSecond)} tokens/s · ${run.seconds.toFixed(0)} s`,
      );
  if (!values.json) console.log(`difference ${(100 * relative).toFixed(2)} %`);
} finally {
  await rm(folder, { recursive: true, force: true });
}

function trained(site: string, engine: "embedded" | "torch"): Figures {
  const args = [
    join(ROOT, "bin/longitude.js"),
    "train",
    "--text",
    "--site",
    site,
    "--engine",
    engine,
    "--json",
  ];
  const output = execFileSync(process.execPath, args, {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const report = JSON.parse(output) as { stages: { stage: string; figures: Figures }[] };
  const stage = report.stages.find((one) => one.stage === "language");
  if (stage === undefined) throw new TypeError("no language model was trained");
  return stage.figures;
}
