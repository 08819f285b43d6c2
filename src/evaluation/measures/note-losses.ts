/**
 * What a model that reads notes loses on their text, apart from what it loses on events: bits a byte of the notes, and nats
 * a token of everything else, each learned token counted once.
 */
import type { Random } from "../../effects/random.ts";
import type { EncodedPatient } from "../../tokens/encoded-patient.ts";
import type { Checkpoint } from "../../training/checkpoint.ts";
import { planEpoch, rowLengthsFor } from "../../training/epoch-plan.ts";
import { type ReadSequence, TokenReader } from "../../training/text/token-reader.ts";
import { type BitsPerByte, bitsPerByte } from "./bits-per-byte.ts";

export interface NoteLosses {
  /** The interval is a bootstrap over persons, who count as `documents`; the marks that end a note cost bits and have no bytes. */
  readonly text: BitsPerByte;
  /** Mean -log p of events, gaps, clock ticks and the marks that begin a note, nats. */
  readonly eventLoss: number;
  readonly eventTokens: number;
  /** Pieces, and the marks that cut and end a note. */
  readonly textTokens: number;
}

/** @returns null for a model that reads no notes */
export async function noteLosses(
  checkpoint: Pick<Checkpoint, "architecture" | "weights" | "vocabulary">,
  patients: readonly EncodedPatient[],
  options: { readonly context: number; readonly threads: number; readonly random: Random },
): Promise<NoteLosses | null> {
  const { vocabulary } = checkpoint;
  const { notes } = vocabulary;
  if (notes === null) return null;
  const plan = {
    vocabulary,
    rowLengths: rowLengthsFor(options.context),
    batchTokens: options.context,
    threads: 1,
  };
  const parts = planEpoch(patients, plan, null).flatMap(({ rows }) => rows.flat());
  const places = new Map(patients.map((patient, i) => [patient, i]));
  const persons = patients.map(() => ({ bytes: 0, nats: 0, tokens: 0, right: 0 }));
  let [eventNats, eventTokens] = [0, 0];
  const isText = (token: number) =>
    token < vocabulary.file.textTokens || token === notes.marks.cut || token === notes.marks.end;
  const reader = new TokenReader(checkpoint, options.threads, options.context);
  const read = await reader.readParts(parts.map(({ part }) => part)).finally(() => reader.close());
  for (const { patient, part } of parts) {
    const { logProbabilities, likeliest } = read.get(part) as ReadSequence;
    const person = persons[places.get(patient) as number] as (typeof persons)[number];
    for (let i = part.learnFrom; i + 1 < part.tokens.length; i++) {
      const token = part.tokens[i + 1] as number;
      const nats = -(logProbabilities[i] as number);
      if (!isText(token)) {
        eventNats += nats;
        eventTokens++;
        continue;
      }
      person.bytes += notes.bytesOf([token]).length;
      person.nats += nats;
      person.tokens++;
      if (likeliest[i] === token) person.right++;
    }
  }
  const noted = persons.filter(({ tokens }) => tokens > 0);
  return {
    text: bitsPerByte(noted, noted, options.random),
    eventLoss: eventNats / Math.max(1, eventTokens),
    eventTokens,
    textTokens: noted.reduce((sum, { tokens }) => sum + tokens, 0),
  };
}
