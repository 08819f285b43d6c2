/**
 * The decoder's sizes. One dial, `depth`, gives everything else; each derived size can be stated instead.
 * The layers are those of Llama, so that the weights open in every tool that knows that family.
 */
export interface Architecture {
  readonly vocabulary: number;
  readonly depth: number;
  readonly width: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  /** Size of one head; width / heads unless the weights come from elsewhere. */
  readonly headWidth: number;
  readonly feedForward: number;
  /** Longest timeline part, tokens. */
  readonly context: number;
  readonly ropeTheta: number;
  readonly normEpsilon: number;
  /** Whether queries, keys and values have a bias (the Qwen2 family) or not (Llama). */
  readonly projectionBias: boolean;
  /** Whether the embedding is also the language-model head. */
  readonly tied: boolean;
  /** Outcomes and time pieces of the onset head; 0 outcomes = no head. */
  readonly outcomes: number;
  readonly pieces: number;
}

export interface ArchitectureDial {
  readonly depth: number;
  readonly width?: number | undefined;
  readonly heads?: number | undefined;
  readonly feedForward?: number | undefined;
  readonly context: number;
}

const WIDTH_PER_LAYER = 32;
const HEAD_WIDTH = 32;

export function deriveArchitecture(
  dial: ArchitectureDial,
  sizes: { vocabulary: number; outcomes: number; pieces: number },
): Architecture {
  const width = dial.width ?? WIDTH_PER_LAYER * dial.depth;
  const heads = dial.heads ?? Math.max(1, Math.round(width / HEAD_WIDTH));
  return {
    vocabulary: sizes.vocabulary,
    depth: dial.depth,
    width,
    heads,
    keyValueHeads: heads,
    headWidth: width / heads,
    feedForward: dial.feedForward ?? 8 * Math.round((8 * width) / 3 / 8),
    context: dial.context,
    ropeTheta: 10_000,
    normEpsilon: 1e-5,
    projectionBias: false,
    tied: false,
    outcomes: sizes.outcomes,
    pieces: sizes.pieces,
  };
}
