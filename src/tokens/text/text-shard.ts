/** Encoded documents on disk: flat arrays in one safetensors file a split, readable from any language. */
import { readSafetensors, type Tensor, tensorData, writeSafetensors } from "../safetensors.ts";

export interface EncodedDocument {
  /** Token ids between two start marks: the second says that the document has ended. */
  readonly tokens: Int32Array;
  /** First position whose successor is learned: 0, or the last token before an answer. */
  readonly learnFrom: number;
  /** UTF-8 bytes of what is learned; the mark at the end counts for none. */
  readonly bytes: number;
}

const SCHEMA = "longitude.text/1";

export function writeTextShard(path: string, documents: readonly EncodedDocument[]): void {
  const offsets = new BigInt64Array(documents.length + 1);
  documents.forEach(({ tokens }, i) => {
    offsets[i + 1] = (offsets[i] as bigint) + BigInt(tokens.length);
  });
  const flat = new Int32Array(Number(offsets[documents.length]));
  documents.forEach(({ tokens }, i) => {
    flat.set(tokens, Number(offsets[i]));
  });
  const vector = (data: Tensor["data"]): Tensor => ({ data, shape: [data.length] });
  writeSafetensors(
    path,
    new Map([
      ["tokens.offsets", vector(offsets)],
      ["tokens", vector(flat)],
      ["learnFrom", vector(Int32Array.from(documents, (each) => each.learnFrom))],
      ["bytes", vector(Int32Array.from(documents, (each) => each.bytes))],
    ]),
    { schema: SCHEMA },
  );
}

export function readTextShard(path: string): EncodedDocument[] {
  const file = readSafetensors(path);
  const offsets = tensorData(file, "tokens.offsets", BigInt64Array);
  const flat = tensorData(file, "tokens", Int32Array);
  const learnFrom = tensorData(file, "learnFrom", Int32Array);
  const bytes = tensorData(file, "bytes", Int32Array);
  return Array.from(learnFrom, (from, i) => ({
    tokens: flat.subarray(Number(offsets[i]), Number(offsets[i + 1])),
    learnFrom: from,
    bytes: bytes[i] as number,
  }));
}
