/**
 * What a checkpoint thinks of sequences of tokens, of records or of texts: how likely each token is after those before
 * it, and which one is likeliest there; several sequences in one packed pass.
 */
import type { Architecture } from "../../network/architecture.ts";
import { GraphSession } from "../../network/session.ts";
import { tokenLossGraph } from "../../network/token-loss-graph.ts";
import type { SequencePart } from "../../tokens/lay-out.ts";
import type { EncodedDocument } from "../../tokens/text/text-shard.ts";
import type { Checkpoint } from "../checkpoint.ts";
import { type PlannedBatch, planRows, rowLengthsFor } from "../epoch-plan.ts";
import { buildBatch } from "../window-batch.ts";
import { textParts } from "./text-parts.ts";

export interface ReadSequence {
  /** Log probability of token i + 1 after tokens 0 to i, nats, [tokens - 1]. */
  readonly logProbabilities: Float64Array;
  /** The likeliest token in its place, [tokens - 1]. */
  readonly likeliest: Int32Array;
}

export interface TextLoss {
  /** Sum of -log p over the learned tokens, nats. */
  readonly nats: number;
  readonly tokens: number;
  /** Learned tokens that were the model's first choice. */
  readonly right: number;
}

const NO_ONSETS = { outcomes: 0, edgesYears: [], washoutDays: [], isDeath: [] };
const TOKENS_AT_ONCE = 1024;
const NO_DAYS = new Float64Array(0);

export class TokenReader {
  private readonly sessions = new Map<number, GraphSession>();
  private readonly architecture: Architecture;
  private readonly context: number;

  /** @param context longest part read at once; that of the model when absent */
  constructor(
    private readonly checkpoint: Pick<Checkpoint, "architecture" | "weights">,
    private readonly threads: number,
    context: number = checkpoint.architecture.context,
  ) {
    this.architecture = checkpoint.architecture;
    this.context = context;
  }

  /** @param sequences each at most as long as the context @returns in the order given */
  async read(sequences: readonly Int32Array[]): Promise<ReadSequence[]> {
    const parts = sequences.map((tokens) => ({ tokens, days: NO_DAYS, ticks: [], learnFrom: 0 }));
    const read = await this.readParts(parts.filter(({ tokens }) => tokens.length > 1));
    const nothing = { logProbabilities: new Float64Array(0), likeliest: new Int32Array(0) };
    return parts.map((part) => read.get(part) ?? nothing);
  }

  /** Loss of each document's learned tokens, in the order given; longer ones are read part by part. */
  async losses(documents: readonly Pick<EncodedDocument, "tokens" | "learnFrom">[]): Promise<TextLoss[]> {
    const partsOf = documents.map((document) => textParts(document, this.context));
    const read = await this.readParts(partsOf.flat());
    return partsOf.map((parts) => {
      const sum = { nats: 0, tokens: 0, right: 0 };
      for (const part of parts) {
        const { logProbabilities, likeliest } = read.get(part) as ReadSequence;
        for (let i = part.learnFrom; i + 1 < part.tokens.length; i++) {
          sum.nats -= logProbabilities[i] as number;
          sum.tokens++;
          if (likeliest[i] === part.tokens[i + 1]) sum.right++;
        }
      }
      return sum;
    });
  }

  async close(): Promise<void> {
    for (const session of this.sessions.values()) await session.close();
    this.sessions.clear();
  }

  /** What stands before a part's `learnFrom` has no target: its log probabilities say nothing. */
  async readParts(parts: readonly SequencePart[]): Promise<ReadonlyMap<SequencePart, ReadSequence>> {
    const read = new Map<SequencePart, ReadSequence>();
    const rows = parts.map((part) => ({ patient: null, part }));
    const plan = {
      rowLengths: rowLengthsFor(this.context),
      batchTokens: Math.max(this.context, TOKENS_AT_ONCE),
      threads: 1,
      reads: false,
    };
    for (const batch of planRows(rows, plan, null)) await this.readBatch(batch, read);
    return read;
  }

  private async readBatch(
    { shape, rows }: PlannedBatch,
    read: Map<SequencePart, ReadSequence>,
  ): Promise<void> {
    const { tokens, positions, segments, targets } = buildBatch(rows, shape, NO_ONSETS, 1);
    const session = await this.session(shape.time, shape.batch);
    const { losses, likeliest } = await session.run({
      parameters: this.checkpoint.weights,
      tokens,
      positions,
      segments,
      targets,
    });
    rows.forEach((parts, row) => {
      let at = row * shape.time;
      for (const { part } of parts) {
        const from = at;
        const length = part.tokens.length - 1;
        read.set(part, {
          logProbabilities: Float64Array.from(
            { length },
            (_, i) => -((losses as Float32Array)[from + i] as number),
          ),
          likeliest: Int32Array.from({ length }, (_, i) => Number((likeliest as BigInt64Array)[from + i])),
        });
        at += part.tokens.length;
      }
    });
  }

  private async session(time: number, batch: number): Promise<GraphSession> {
    let session = this.sessions.get(time);
    if (session === undefined) {
      session = await GraphSession.open(tokenLossGraph(this.architecture, { batch, time }), this.threads);
      this.sessions.set(time, session);
    }
    return session;
  }
}
