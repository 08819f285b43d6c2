/**
 * Longitude's reading of onsets: the decoder's hazards and those of the tree head beside it, averaged on the log scale
 * with the share that the tree head states. A sequence and a table of features err differently, and the mean ranks better
 * than either (docs/decisions/0011-two-voices.md).
 * Invariant: a model without a tree head, or an outcome without trees, is read by the decoder alone.
 */
import { type Checkpoint, readCheckpoint } from "../training/checkpoint.ts";
import { treeHazards } from "../trees/hazards/tree-hazards.ts";
import { readTreeHead, type TreeHead } from "../trees/hazards/tree-head.ts";
import type { PatientHistory } from "../vetting/patient-history.ts";
import { DirectReader, type ForecastRequest, type Hazards } from "./direct-reading.ts";
import { bothVoices } from "./tree-share.ts";

export interface OnsetRequest extends ForecastRequest {
  /** The same person's record, which the trees read. */
  readonly history: PatientHistory;
}

export interface OnsetReading {
  /** What Longitude says. */
  readonly hazards: Hazards;
  /** The decoder's share of it; the same when there is no tree head. */
  readonly decoder: Hazards;
}

export class OnsetReader {
  private constructor(
    readonly checkpoint: Checkpoint,
    readonly treeHead: TreeHead | null,
    private readonly direct: DirectReader,
  ) {}

  /**
   * @param model folder of the checkpoint
   * @param tokensAtOnce of one pass of the decoder
   */
  static async open(model: string, threads: number, tokensAtOnce?: number): Promise<OnsetReader> {
    const checkpoint = await readCheckpoint(model);
    const direct = new DirectReader(checkpoint, threads, tokensAtOnce);
    return new OnsetReader(checkpoint, await readTreeHead(model), direct);
  }

  /** Opens what the first request would wait for. */
  async warm(): Promise<void> {
    await this.direct.warm();
  }

  /** @param trees what `ofTrees` says of the same requests */
  async read(
    requests: readonly OnsetRequest[],
    trees: readonly Hazards[] | null = this.ofTrees(requests),
  ): Promise<OnsetReading[]> {
    const decoded = await this.direct.hazards(requests);
    const share = this.treeHead?.share ?? 0;
    return decoded.map((decoder, i) => ({
      decoder,
      hazards: trees === null ? decoder : bothVoices(decoder, trees[i] as Hazards, share),
    }));
  }

  /** The tree head's share of a reading, which costs little; null when there is none. */
  ofTrees(requests: readonly Omit<OnsetRequest, "patient">[]): Hazards[] | null {
    if (this.treeHead === null) return null;
    const { outcomes, hazardEdgesYears } = this.checkpoint.description;
    const names = outcomes.map(({ name }) => name);
    return treeHazards(this.treeHead, requests, names, hazardEdgesYears);
  }

  async close(): Promise<void> {
    await this.direct.close();
  }
}
