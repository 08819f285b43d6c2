/**
 * Weights that a run goes on from instead of drawing its own: an imported model or an earlier checkpoint.
 * Its clinical tokens must be those of the token sequences; text tokens, where it has some, stand before them.
 */
import { LongitudeError } from "../errors/longitude-error.ts";
import { MODEL_ARCHITECTURE, TOKENIZER_MISMATCH } from "../errors/registry.ts";
import type { Architecture } from "../network/architecture.ts";
import { sizeOf } from "../network/graph.ts";
import type { ParameterLayout } from "../network/parameters.ts";
import type { EncodedPatient } from "../tokens/encoded-patient.ts";
import type { Vocabulary } from "../tokens/vocabulary.ts";
import { type Checkpoint, readCheckpoint } from "./checkpoint.ts";

/** @throws TOKENIZER_MISMATCH, MODEL_ARCHITECTURE, CHECKPOINT_INVALID */
export async function readStart(folder: string, tokens: Vocabulary, context: number): Promise<Checkpoint> {
  const start = await readCheckpoint(folder);
  const own = start.vocabulary.file.tokens;
  const asked = tokens.file.tokens;
  const differing = asked.filter((name, i) => own[i] !== name).length;
  if (own.length !== asked.length || differing > 0)
    throw new LongitudeError(
      TOKENIZER_MISMATCH,
      `the model has ${own.length} clinical tokens and the site ${asked.length}; ${differing} differ in name or place`,
    );
  if (JSON.stringify(start.vocabulary.file.notes) !== JSON.stringify(tokens.file.notes))
    throw new LongitudeError(TOKENIZER_MISMATCH, "the model and the site read notes in other pieces");
  if (context > start.architecture.context)
    throw new LongitudeError(
      MODEL_ARCHITECTURE,
      `training.context is ${context}, and the model reads ${start.architecture.context} tokens at most`,
      { remedy: "Lower `training.context` in longitude.yaml to what the model reads." },
    );
  return start;
}

/** The sizes of a run that goes on from `start` with the onset head of this site. */
export function continuedArchitecture(
  start: Checkpoint,
  head: { readonly outcomes: number; readonly pieces: number },
): Architecture {
  return { ...start.architecture, ...head };
}

/** Copies every weight that both have in the same shape; an onset head of another shape starts afresh. */
export function copyWeights(
  start: Pick<Checkpoint, "layout" | "weights">,
  layout: ParameterLayout,
  into: Float32Array,
): void {
  const theirs = new Map(start.layout.parts.map((part) => [part.name, part]));
  for (const part of layout.parts) {
    const found = theirs.get(part.name);
    if (found === undefined || found.shape.join() !== part.shape.join()) continue;
    into.set(start.weights.subarray(found.offset, found.offset + sizeOf(found.shape)), part.offset);
  }
}

/** Token ids of a shard, moved behind the text tokens of an imported model; where notes are read, they are there. */
export function behindText(patients: EncodedPatient[], { file }: Vocabulary): EncodedPatient[] {
  const { textTokens, notes } = file;
  if (textTokens === 0 || notes !== undefined) return patients;
  const moved = (ids: Int32Array) => ids.map((id) => id + textTokens);
  return patients.map((patient) => ({
    ...patient,
    staticTokens: moved(patient.staticTokens),
    tokens: moved(patient.tokens),
  }));
}
