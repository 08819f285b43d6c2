import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/effects/random.ts";
import { sizeOf } from "../../src/network/graph.ts";
import { initialParameters } from "../../src/network/parameters.ts";
import { GraphSession } from "../../src/network/session.ts";
import { deidentifyText } from "../../src/privacy/text/deidentify-text.ts";
import { Note } from "../../src/privacy/text/note.ts";
import { packTaggerWeights, readTaggerWeights, Tagger } from "../../src/privacy/text/tagger/tagger.ts";
import { TAGGER_CLASSES, WIDTH } from "../../src/privacy/text/tagger/tagger-classes.ts";
import { isCandidate } from "../../src/privacy/text/tagger/token-features.ts";
import { makeNote, readStyles } from "../../tools/tagger/make-note.ts";
import { assembled, taggerGraph, taggerLayout } from "../../tools/tagger/tagger-graph.ts";
import { Examples } from "../../tools/tagger/training-examples.ts";

const SENTENCES = ["The liver is normal.", "She denies chest pain."];

describe("the tagger", () => {
  it("judges as the graph that trained it, up to the rounding of its weights", async () => {
    const note = makeNote(createRandom("parity"), readStyles()[0]!, SENTENCES);
    const examples = new Examples();
    examples.add(note);
    const layout = taggerLayout();
    const parameters = initialParameters(layout, createRandom("weights"));
    const shape = { examples: examples.size, rows: 2048 };
    const batch = examples.batch(
      Int32Array.from({ length: examples.size }, (_, i) => i),
      shape,
      createRandom(1),
      0,
    );
    const graph = taggerGraph(layout, shape, "logits");
    const session = await GraphSession.open(graph, 1);
    const parts = Object.fromEntries(
      layout.parts.map(({ name, offset, shape: size }) => [
        name,
        parameters.subarray(offset, offset + sizeOf(size)),
      ]),
    );
    parameters.fill(0, 0, WIDTH);
    const { logits } = await session.run({ ...parts, features: batch.features, windows: batch.windows });
    await session.close();
    const read = new Note(note.text);
    const judge = new Tagger(
      readTaggerWeights(gzipSync(packTaggerWeights(assembled(layout, parameters)))),
    ).of(read);
    const classes = TAGGER_CLASSES.length;
    let [at, furthest] = [0, 0];
    for (let token = 0; token < read.count; token++) {
      if (!isCandidate(read, token)) continue;
      const own = (logits as Float32Array).subarray(at * classes, (at + 1) * classes);
      const total = own.reduce((sum, value) => sum + Math.exp(value), 0);
      judge.classify(token).forEach((share, c) => {
        furthest = Math.max(furthest, Math.abs(share - Math.exp(own[c]!) / total));
      });
      at += 1;
    }
    expect(at).toBe(examples.size);
    expect(furthest).toBeLessThan(0.02);
  });

  it("invents the same note for the same seed and marks what it put in", () => {
    for (const style of readStyles()) {
      const [once, again] = [1, 1].map((seed) => makeNote(createRandom(seed), style, SENTENCES));
      expect(once).toEqual(again);
      for (const { start, end } of once!.marked) expect(once!.text.slice(start, end).trim()).not.toBe("");
    }
  });

  it("finds names that no list has by where they stand", () => {
    const text =
      "Plan d/w Dr. Vandermolo and her son Ztefano. Mr. Okpuezi lives with his niece, Qirela Bhovat.";
    const found = deidentifyText(text).map(({ start, end }) => text.slice(start, end));
    expect(found.join(" ")).toMatch(/Vandermolo.*Ztefano.*Okpuezi.*Qirela Bhovat/);
  });
});
