/**
 * Reads and writes the safetensors format: an 8-byte little-endian header length, a JSON header, raw tensors.
 * Invariant: a file is published whole (written beside its place, flushed, renamed), and a file that was cut short
 * or whose header does not match its size is refused.
 */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { LongitudeError } from "../errors/longitude-error.ts";
import { TENSOR_FILE_INVALID, TENSOR_FILE_UNWRITABLE } from "../errors/registry.ts";

export type TensorArray = Float32Array | Float64Array | Int32Array | BigInt64Array;

export interface Tensor<A extends TensorArray = TensorArray> {
  readonly data: A;
  readonly shape: readonly number[];
}

export interface TensorFile {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

const TYPES = {
  F32: Float32Array,
  F64: Float64Array,
  I32: Int32Array,
  I64: BigInt64Array,
} as const;
type TypeName = keyof typeof TYPES;

const BYTES: Readonly<Record<string, number>> = { F32: 4, F64: 8, I32: 4, I64: 8, BF16: 2, F16: 2 };

interface HeaderEntry {
  readonly dtype: TypeName | "BF16" | "F16";
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

export function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>> = {},
): void {
  const header: Record<string, unknown> = {};
  if (Object.keys(metadata).length > 0) header.__metadata__ = metadata;
  let offset = 0;
  for (const [name, { data, shape }] of tensors) {
    header[name] = { dtype: typeName(data), shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const text = JSON.stringify(header);
  // The first tensor starts on a multiple of eight bytes, so that it can be viewed in place.
  const json = Buffer.from(text.padEnd(Math.ceil(Buffer.byteLength(text) / 8) * 8, " "));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));

  const partial = `${path}.partial`;
  try {
    const file = openSync(partial, "w");
    try {
      writeAll(file, length);
      writeAll(file, json);
      for (const { data } of tensors.values())
        writeAll(file, Buffer.from(data.buffer, data.byteOffset, data.byteLength));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(partial, path);
  } catch (cause) {
    rmSync(partial, { force: true });
    throw new LongitudeError(TENSOR_FILE_UNWRITABLE, `a tensor file of ${offset} bytes cannot be written`, {
      cause,
    });
  }
}

export function readSafetensors(path: string): TensorFile {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new LongitudeError(TENSOR_FILE_INVALID, "a tensor file is missing or cannot be read", { cause });
  }
  const { header, start } = parseHeader(bytes);
  const { __metadata__: metadata = {}, ...entries } = header;
  const tensors = new Map<string, Tensor>();
  for (const [name, entry] of Object.entries(entries)) {
    if (!isEntry(entry))
      throw new LongitudeError(TENSOR_FILE_INVALID, "a tensor file describes a tensor in no known way");
    const [from, to] = entry.data_offsets;
    if (start + to > bytes.length || to < from) throw truncated(bytes.length);
    const size = entry.shape.reduce((product, each) => product * each, BYTES[entry.dtype] ?? Number.NaN);
    if (Number.isNaN(size))
      throw new LongitudeError(TENSOR_FILE_INVALID, "a tensor file holds numbers of a type that is not read");
    if (size !== to - from)
      throw new LongitudeError(TENSOR_FILE_INVALID, "a tensor's shape is not that of its numbers");
    if (entry.dtype === "BF16" || entry.dtype === "F16") {
      const widened = widen(bytes.subarray(start + from, start + to), entry.dtype);
      tensors.set(name, { data: widened, shape: entry.shape });
      continue;
    }
    const Type = TYPES[entry.dtype];
    const copy = new Uint8Array(bytes.subarray(start + from, start + to)).buffer;
    tensors.set(name, { data: new Type(copy), shape: entry.shape });
  }
  return { tensors, metadata: metadata as Record<string, string> };
}

/** One tensor of a known type, or an error that names what is missing. */
export function tensorData<A extends TensorArray>(
  file: TensorFile,
  name: string,
  type: abstract new (...args: never[]) => A,
): A {
  const tensor = file.tensors.get(name);
  if (tensor === undefined || !(tensor.data instanceof type)) {
    throw new LongitudeError(
      TENSOR_FILE_INVALID,
      `a tensor file has no tensor "${name}" of the expected type`,
    );
  }
  return tensor.data;
}

function parseHeader(bytes: Buffer): { header: Record<string, unknown>; start: number } {
  if (bytes.length < 8) throw truncated(bytes.length);
  const length = Number(bytes.readBigUInt64LE(0));
  if (length > bytes.length - 8) throw truncated(bytes.length);
  let header: unknown;
  try {
    header = JSON.parse(bytes.toString("utf8", 8, 8 + length));
  } catch (cause) {
    throw new LongitudeError(TENSOR_FILE_INVALID, "a tensor file has no readable header", { cause });
  }
  if (typeof header !== "object" || header === null || Array.isArray(header))
    throw new LongitudeError(TENSOR_FILE_INVALID, "a tensor file has no readable header");
  return { header: header as Record<string, unknown>, start: 8 + length };
}

function isEntry(entry: unknown): entry is HeaderEntry {
  if (typeof entry !== "object" || entry === null) return false;
  const { dtype, shape, data_offsets } = entry as Partial<HeaderEntry>;
  const counts = (list: unknown): list is number[] =>
    Array.isArray(list) && list.every((each) => Number.isSafeInteger(each) && each >= 0);
  return typeof dtype === "string" && counts(shape) && counts(data_offsets) && data_offsets.length === 2;
}

function truncated(size: number): LongitudeError {
  return new LongitudeError(TENSOR_FILE_INVALID, `a tensor file ends early (${size} bytes)`);
}

/** Half-precision numbers as float32, which holds each of them exactly. */
function widen(bytes: Buffer, type: "BF16" | "F16"): Float32Array {
  const halves = new Uint16Array(new Uint8Array(bytes).buffer);
  if (type === "BF16") return new Float32Array(Uint32Array.from(halves, (half) => half << 16).buffer);
  return Float32Array.from(halves, (half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
}

function typeName(data: TensorArray): TypeName {
  for (const [name, Type] of Object.entries(TYPES)) if (data instanceof Type) return name as TypeName;
  throw new TypeError("unknown tensor type");
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
}
