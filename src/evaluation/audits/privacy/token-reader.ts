/** How likely the model finds each token of a sequence after those before it, and which token it finds likeliest. */
import { historyRows, passOver } from "../../../forecast/history-rows.ts";
import { logitsGraph } from "../../../network/logits-graph.ts";
import { GraphSession } from "../../../network/session.ts";
import type { Checkpoint } from "../../../training/checkpoint.ts";

export interface ReadSequence {
  /** Log probability of token i + 1 after tokens 0 to i, [tokens - 1]. */
  readonly logProbabilities: Float64Array;
  /** The likeliest token in its place, [tokens - 1]. */
  readonly likeliest: Int32Array;
}

export class TokenReader {
  readonly #sessions = new Map<string, GraphSession>();

  constructor(
    private readonly checkpoint: Checkpoint,
    private readonly threads: number,
  ) {}

  /** @param sequences each at most as long as the context */
  read(sequences: readonly Int32Array[]): Promise<ReadSequence[]> {
    const { context } = this.checkpoint.architecture;
    return passOver(sequences, context, (rows, time, batch) => this.#readRows(rows, time, batch));
  }

  async close(): Promise<void> {
    for (const session of this.#sessions.values()) await session.close();
    this.#sessions.clear();
  }

  async #readRows(rows: readonly Int32Array[], time: number, batch: number): Promise<ReadSequence[]> {
    const { architecture, weights } = this.checkpoint;
    const shape = `${batch} x ${time}`;
    let session = this.#sessions.get(shape);
    if (session === undefined) {
      session = await GraphSession.open(logitsGraph(architecture, { batch, time }), this.threads);
      this.#sessions.set(shape, session);
    }
    const { reads: _, ...window } = historyRows(rows, batch, time);
    const { logits } = await session.run({ parameters: weights, ...window });
    const size = architecture.vocabulary;
    return rows.map((tokens, row) => {
      const logProbabilities = new Float64Array(Math.max(0, tokens.length - 1));
      const likeliest = new Int32Array(logProbabilities.length);
      for (let i = 0; i < logProbabilities.length; i++) {
        const from = (row * time + i) * size;
        const at = (logits as Float32Array).subarray(from, from + size);
        let [best, total] = [0, 0];
        for (let token = 1; token < size; token++) if (at[token]! > at[best]!) best = token;
        for (let token = 0; token < size; token++) total += Math.exp(at[token]! - at[best]!);
        likeliest[i] = best;
        logProbabilities[i] = at[tokens[i + 1]!]! - at[best]! - Math.log(total);
      }
      return { logProbabilities, likeliest };
    });
  }
}
