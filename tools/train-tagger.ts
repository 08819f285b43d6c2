/**
 * `npm run train:tagger`: trains the tagger of clinical text on invented notes with Longitude's own engine and writes
 * src/privacy/text/data/tagger.gz. The same seed and arguments give the same bytes.
 *
 *   npm run train:tagger -- [--seed 1] [--notes 2200] [--borrowed 8000] [--epochs 2] [--leave-out uk,third] [--out FILE]
 *
 * `--notes` from templates, `--borrowed` from marked notes with other people in them. `--leave-out`: styles and sets of marked
 * notes that are not trained on, to measure on them (`npm run bench:deidentify`).
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gunzipSync, gzipSync } from "node:zlib";
import { createRandom, type Random } from "../src/effects/random.ts";
import { sizeOf } from "../src/network/graph.ts";
import { initialParameters } from "../src/network/parameters.ts";
import { GraphSession, type TensorData } from "../src/network/session.ts";
import type { MarkedNote } from "../src/privacy/text/marked-note.ts";
import { packTaggerWeights } from "../src/privacy/text/tagger/tagger.ts";
import { WIDTH } from "../src/privacy/text/tagger/tagger-classes.ts";
import {
  clipFactor,
  learningRateAt,
  type OptimiserSettings,
  sumGradients,
  updateRange,
} from "../src/training/adamw.ts";
import { borrowedNotes, readBorrowed } from "./tagger/borrow-notes.ts";
import { between } from "./tagger/draw.ts";
import { makeNote, readStyles, type Style } from "./tagger/make-note.ts";
import { assembled, taggerGraph, taggerLayout } from "./tagger/tagger-graph.ts";
import { Examples } from "./tagger/training-examples.ts";

const SHAPE = { examples: 1024, rows: 4608 };
const DROPPED = 0.15;
const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    notes: { type: "string", default: "2200" },
    borrowed: { type: "string", default: "8000" },
    epochs: { type: "string", default: "2" },
    "leave-out": { type: "string", default: "" },
    out: { type: "string", default: join(import.meta.dirname, "../src/privacy/text/data/tagger.gz") },
  },
});

function readSentences(): string[] {
  const file = join(import.meta.dirname, "tagger/data/sentences.txt.gz");
  return gunzipSync(readFileSync(file)).toString("utf8").split("\n").filter(Boolean);
}

/** Invented notes of the styles in turn, and pages of real sentences in which nobody is named. */
function* trainingNotes(random: Random, styles: readonly Style[], count: number): Generator<MarkedNote> {
  const sentences = readSentences();
  for (let i = 0; i < count; i++)
    yield makeNote(random.fork(`note-${i}`), styles[i % styles.length]!, sentences);
  yield* borrowedNotes(random.fork("borrowed"), readBorrowed(left), Number(values.borrowed), sentences);
  const draw = random.fork("pages");
  for (let from = 0; from < sentences.length; ) {
    const to = from + between(draw, 3, 9);
    yield { name: "page", text: sentences.slice(from, to).join(draw.next() < 0.5 ? " " : "\n"), marked: [] };
    from = to;
  }
}

const random = createRandom(`tagger-${values.seed}`);
const left = new Set(values["leave-out"].split(",").filter(Boolean));
const styles = readStyles().filter(({ name }) => !left.has(name));
const examples = new Examples();
for (const note of trainingNotes(random, styles, Number(values.notes))) examples.add(note);

const layout = taggerLayout();
const vector = (): Float32Array => new Float32Array(layout.size);
const vectors = { parameters: vector(), momentum: vector(), variance: vector(), average: vector() };
vectors.parameters.set(initialParameters(layout, random.fork("weights")));
vectors.parameters.fill(0, 0, WIDTH);
vectors.average.set(vectors.parameters);
const stepsAnEpoch = Math.floor(examples.size / SHAPE.examples);
const settings: OptimiserSettings = {
  peakLearningRate: 4e-3,
  finalShare: 0.02,
  warmupSteps: 100,
  totalSteps: stepsAnEpoch * Number(values.epochs),
  weightDecay: 0.02,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-8,
  clipNorm: 1,
  averageDecay: 0.99,
};
process.stderr.write(`${examples.size} tokens, ${settings.totalSteps} steps, ${layout.size} weights\n`);

const session = await GraphSession.open(taggerGraph(layout, SHAPE, "gradients"), 1);
const gradient = new Float32Array(layout.size);
const view = (whole: Float32Array, prefix: string): Record<string, TensorData> =>
  Object.fromEntries(
    layout.parts.map(({ name, offset, shape }) => [
      prefix + name,
      whole.subarray(offset, offset + sizeOf(shape)),
    ]),
  );
const [weightViews, gradientViews] = [view(vectors.parameters, ""), view(gradient, "gradient.")];
let step = 0;
for (let epoch = 0; epoch < Number(values.epochs); epoch++) {
  let [loss, batches] = [0, 0];
  for (const batch of examples.epoch(random.fork(`epoch-${epoch}`), SHAPE, DROPPED)) {
    const result = await session.run(
      {
        ...weightViews,
        features: batch.features,
        windows: batch.windows,
        targets: batch.targets,
        targetWeights: batch.targetWeights,
      },
      gradientViews,
    );
    gradient.fill(0, 0, WIDTH);
    step += 1;
    const whole = { from: 0, to: layout.size };
    const clip = clipFactor(Math.sqrt(sumGradients([gradient], whole)), settings.clipNorm);
    updateRange(
      vectors,
      gradient,
      layout,
      settings,
      { step, rate: learningRateAt(step, settings), clip },
      whole,
    );
    loss += result.loss![0] as number;
    batches += 1;
  }
  process.stderr.write(`epoch ${epoch + 1}: loss ${(loss / batches).toFixed(4)}\n`);
}
await session.close();
const file = gzipSync(packTaggerWeights(assembled(layout, vectors.average)), { level: 9 });
writeFileSync(values.out, file);
process.stdout.write(`${values.out}: ${file.length} bytes\n`);
