/**
 * `npm run bench:language`: a small language model of clinical text (examples/language) trained by the embedded engine
 * and by PyTorch from the same weights on the same batches, and what each makes of the held-out texts in bits per byte.
 * The difference has an interval over documents, both models on the same resamples, and stands beside its limit.
 *
 *   npm run bench:language -- [--short] [--epochs N] [--seed N] [--json]
 *
 * `--short` trains a smaller model on a part of the texts, in a few minutes. Ends with 1 when the limit is not kept.
 * Needs a Python with torch and safetensors: LONGITUDE_PYTHON, else python3.
 */
import { execFileSync } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gunzipSync, gzipSync } from "node:zlib";
import { createRandom } from "../src/effects/random.ts";
import { type BitsPerByte, bitsPerByteChange } from "../src/evaluation/measures/bits-per-byte.ts";
import { readTextShard } from "../src/tokens/text/text-shard.ts";
import { readCheckpoint } from "../src/training/checkpoint.ts";
import { TokenReader } from "../src/training/text/token-reader.ts";

const ROOT = join(import.meta.dirname, "..");
const USAGE = "npm run bench:language -- [--short] [--epochs N] [--seed N] [--json]";
/** Of the difference between the two, in either direction. */
const LIMIT = 0.02;
const SHORT_BYTES = 600_000;

const { values } = parseArgs({
  options: {
    short: { type: "boolean", default: false },
    epochs: { type: "string", default: "1" },
    seed: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}

interface Figures {
  readonly parameters: number;
  readonly seconds: number;
  readonly realTokensPerSecond: number;
  readonly heldOut: BitsPerByte;
}

interface Trained {
  readonly figures: Figures;
  /** Checkpoint. */
  readonly folder: string;
  readonly texts: string;
}

const folder = await mkdtemp(join(tmpdir(), "longitude-bench-language-"));
try {
  await cp(join(ROOT, "examples"), folder, { recursive: true });
  const site = join(folder, "language");
  await configure(join(site, "longitude.yaml"));
  if (values.short)
    for (const file of ["medquad.ndjson.gz", "mts-dialog.csv.gz"]) await shorten(join(site, file));
  const [embedded, torch] = [trained(site, "embedded"), trained(site, "torch")];
  const documents = readTextShard(join(embedded.texts, "held_out.safetensors"));
  const change = bitsPerByteChange(
    documents,
    await lossesOf(torch.folder, documents),
    await lossesOf(embedded.folder, documents),
    createRandom(`bench language ${values.seed}`),
  );
  const within = Math.abs(change.relative.value) <= LIMIT;
  if (values.json) {
    const settings = { short: values.short, epochs: Number(values.epochs), seed: Number(values.seed) };
    const machine = { processors: cpus().length, model: cpus()[0]?.model, node: process.version };
    const runs = { embedded: embedded.figures, torch: torch.figures };
    console.log(JSON.stringify({ ...settings, machine, ...runs, change, limit: LIMIT, within }));
  } else {
    for (const [name, { heldOut, ...run }] of [
      ["Longitude", embedded.figures],
      ["PyTorch", torch.figures],
    ] as const)
      console.log(
        `${name.padEnd(10)} ${heldOut.value.toFixed(4)} bits per byte (${heldOut.low.toFixed(4)} to ${heldOut.high.toFixed(4)}, n = ${heldOut.documents}) · ${Math.round(run.realTokensPerSecond)} tokens/s · ${run.seconds.toFixed(0)} s`,
      );
    const percent = (share: number) => (100 * share).toFixed(3);
    const { value, low, high } = change.relative;
    console.log(
      `difference ${percent(value)} % (${percent(low)} to ${percent(high)} over documents); limit ${100 * LIMIT} %: ${within ? "kept" : "not kept"}`,
    );
  }
  if (!within) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Languages alone: answering is another run. */
async function configure(file: string): Promise<void> {
  const text = (await readFile(file, "utf8")).replace(/\n {2}# Then the model[\s\S]*$/, "\n");
  const training = values.short
    ? "depth: 2, context: 128, batchTokens: 1024, dropout: 0"
    : "depth: 4, context: 256, batchTokens: 2048, dropout: 0";
  await writeFile(
    file,
    text
      .replace(
        /training: \{.*\}/,
        `training: { ${training}, epochs: ${values.epochs}, seed: ${values.seed} }`,
      )
      .replace(/vocabulary: \d+/, `vocabulary: ${values.short ? 1024 : 4096}`),
  );
}

/** The first lines; a quoted field of the CSV may hold line breaks, so that a row ends where the quotes are even. */
async function shorten(file: string): Promise<void> {
  const text = gunzipSync(await readFile(file)).toString();
  let at = text.indexOf("\n", SHORT_BYTES) + 1;
  if (at === 0) return;
  const quotesBefore = (end: number) => (text.slice(0, end).match(/"/g) ?? []).length;
  if (file.includes(".csv"))
    while (at < text.length && quotesBefore(at) % 2 === 1) at = text.indexOf("\n", at) + 1 || text.length;
  await writeFile(file, gzipSync(text.slice(0, at)));
}

async function lossesOf(checkpoint: string, documents: ReturnType<typeof readTextShard>) {
  const reader = new TokenReader(await readCheckpoint(checkpoint), 2);
  try {
    return await reader.losses(documents);
  } finally {
    await reader.close();
  }
}

function trained(site: string, engine: "embedded" | "torch"): Trained {
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
  const { stages } = JSON.parse(output) as { stages: { stage: string; figures: Figures; folder: string }[] };
  const [language, text] = ["language", "text"].map((name) => stages.find(({ stage }) => stage === name));
  if (language === undefined || text === undefined) throw new TypeError("no language model was trained");
  return { figures: language.figures, folder: language.folder, texts: text.folder };
}
