/** What a checkpoint thinks of texts: the loss of each token, several texts in one packed pass. */
import type { Architecture } from "../../network/architecture.ts";
import { GraphSession } from "../../network/session.ts";
import { tokenLossGraph } from "../../network/token-loss-graph.ts";
import type { EncodedDocument } from "../../tokens/text/text-shard.ts";
import type { Checkpoint } from "../checkpoint.ts";
import { type PlannedBatch, planRows, rowLengthsFor } from "../epoch-plan.ts";
import { buildBatch, type RowPart } from "../window-batch.ts";
import { textParts } from "./text-parts.ts";

export interface TextLoss {
  /** Sum of -log p over the learned tokens, nats. */
  readonly nats: number;
  readonly tokens: number;
  /** Learned tokens that were the model's first choice. */
  readonly right: number;
}

const NO_ONSETS = { outcomes: 0, edgesYears: [], washoutDays: [], isDeath: [] };
const TOKENS_AT_ONCE = 1024;

export class TextReader {
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

  /** Loss of each document's learned tokens, in the order given. */
  async losses(documents: readonly Pick<EncodedDocument, "tokens" | "learnFrom">[]): Promise<TextLoss[]> {
    const owner = new Map<RowPart["part"], number>();
    const parts = documents.flatMap((document, i) =>
      textParts(document, this.context).map((part): RowPart => {
        owner.set(part, i);
        return { patient: null, part };
      }),
    );
    const sums = documents.map(() => ({ nats: 0, tokens: 0, right: 0 }));
    const plan = {
      rowLengths: rowLengthsFor(this.context),
      batchTokens: Math.max(this.context, TOKENS_AT_ONCE),
      threads: 1,
      reads: false,
    };
    for (const batch of planRows(parts, plan, null)) await this.read(batch, owner, sums);
    return sums;
  }

  async close(): Promise<void> {
    for (const session of this.sessions.values()) await session.close();
    this.sessions.clear();
  }

  private async read(
    { shape, rows }: PlannedBatch,
    owner: ReadonlyMap<RowPart["part"], number>,
    sums: { nats: number; tokens: number; right: number }[],
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
        const sum = sums[owner.get(part) as number] as (typeof sums)[number];
        for (let i = part.learnFrom; i + 1 < part.tokens.length; i++) {
          sum.nats += (losses as Float32Array)[at + i] as number;
          sum.tokens++;
          if ((likeliest as BigInt64Array)[at + i] === targets[at + i]) sum.right++;
        }
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
