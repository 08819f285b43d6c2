/**
 * llama.cpp by way of node-llama-cpp, which is no dependency of the project: it is taken from the folder that
 * LONGITUDE_LLAMA_CPP names (one with node_modules), else from the project's own. A process of its own, because a native
 * library that ends badly should end only itself.
 *
 * Reads one JSON object on standard input, writes one on standard output:
 *   {"ask": "version"}                                         → {"version"}
 *   {"ask": "probabilities", "model": FILE, "ids": [...], "text": "..."} → {"probabilities": [{id: p}, ...], "encoded": [...]}
 *   {"ask": "speed", "model": FILE, "histories": [[...]], "futures": 64, "length": 128, "threads": 2} → {"seconds", "tokens"}
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

const folder = process.env.LONGITUDE_LLAMA_CPP ?? join(import.meta.dirname, "..");
const entry = createRequire(join(folder, "from-here.js")).resolve("node-llama-cpp");
const request = JSON.parse(readFileSync(0, "utf8"));
const answer = await { version, probabilities, speed }[request.ask](request);
process.stdout.write(JSON.stringify(answer), () => process.exit(0));

async function version() {
  const manifest = join(dirname(entry), "../package.json");
  return { version: JSON.parse(readFileSync(manifest, "utf8")).version };
}

async function load(path, context) {
  const { getLlama } = await import(pathToFileURL(entry).href);
  const llama = await getLlama({ gpu: false, build: "never", progressLogs: false, logLevel: "error" });
  const model = await llama.loadModel({ modelPath: path });
  return { model, context: await model.createContext(context) };
}

/** Probabilities of the next token after each of `ids`. */
async function probabilities({ model: path, ids, text }) {
  const { model, context } = await load(path, { contextSize: 64, threads: 1 });
  const steps = await context
    .getSequence()
    .controlledEvaluate(ids.map((id) => [id, { generateNext: { token: true, probabilities: true } }]));
  return {
    probabilities: steps.map((step) => Object.fromEntries(step.next.probabilities)),
    encoded: [...model.tokenize(text, true)],
  };
}

/** All futures of one history at a time: the history is evaluated once a sequence, sequences are decoded in one batch. */
async function speed({ model: path, histories, futures, length, threads }) {
  const contextSize = histories[0].length + length + 1;
  const { context } = await load(path, { contextSize, sequences: futures, batchSize: 2048, threads });
  const sequences = Array.from({ length: futures }, () => context.getSequence());
  const draw = async (sequence, history, count, seed) => {
    let drawn = 0;
    const options = { temperature: 1, topK: 0, topP: 1, minP: 0, seed, yieldEogToken: true };
    for await (const _ of sequence.evaluate(history, options)) if (++drawn === count) break;
    return drawn;
  };
  const pool = async (history, count) => {
    const counts = await Promise.all(sequences.map((sequence, i) => draw(sequence, history, count, i + 1)));
    await Promise.all(sequences.map((sequence) => sequence.clearHistory()));
    return counts.reduce((sum, each) => sum + each, 0);
  };
  await pool(histories[0].slice(0, 8), 2);
  const begin = performance.now();
  let tokens = 0;
  for (const history of histories) tokens += await pool(history, length);
  return { seconds: (performance.now() - begin) / 1000, tokens };
}
