/**
 * Writes the GGUF container, version 3 (ggml, docs/gguf.md): metadata, tensor descriptions, tensors at multiples of 32.
 * Invariant: a file is published whole (written beside its place, flushed, renamed).
 */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { TENSOR_FILE_UNWRITABLE } from "../../errors/registry.ts";
import { sizeOf } from "../../network/graph.ts";
import { toHalves } from "./half-precision.ts";

export type GgufValue =
  | { readonly uint32: number }
  | { readonly float32: number }
  | { readonly bool: boolean }
  | { readonly string: string }
  | { readonly strings: readonly string[] }
  | { readonly int32s: readonly number[] };

export interface GgufTensor {
  readonly name: string;
  /** [rows, columns] or [columns]; the file states them innermost first. */
  readonly shape: readonly number[];
  readonly type: "F32" | "F16";
  /** Called when its turn comes, so that one tensor is in memory at a time. */
  data(): Float32Array;
}

const VERSION = 3;
const ALIGNMENT = 32;
const TYPE = { uint32: 4, int32: 5, float32: 6, bool: 7, string: 8, array: 9 } as const;
const TENSOR_TYPE = { F32: { code: 0, bytes: 4 }, F16: { code: 1, bytes: 2 } } as const;

/** @throws TENSOR_FILE_UNWRITABLE */
export function writeGguf(
  path: string,
  metadata: ReadonlyMap<string, GgufValue>,
  tensors: readonly GgufTensor[],
): number {
  const head = headOf(metadata, tensors);
  const partial = `${path}.partial`;
  let size = 0;
  try {
    const file = openSync(partial, "w");
    const write = (bytes: Uint8Array) => {
      for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
      size += bytes.length;
      const padding = aligned(size) - size;
      if (padding > 0) size += writeSync(file, new Uint8Array(padding));
    };
    try {
      write(head);
      for (const { data, type } of tensors) {
        const numbers = type === "F16" ? toHalves(data()) : data();
        write(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
      }
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(partial, path);
    return size;
  } catch (cause) {
    rmSync(partial, { force: true });
    throw new LongitudeError(TENSOR_FILE_UNWRITABLE, `the GGUF file ${path} cannot be written`, { cause });
  }
}

function headOf(metadata: ReadonlyMap<string, GgufValue>, tensors: readonly GgufTensor[]): Uint8Array {
  const parts: Uint8Array[] = [
    Buffer.from("GGUF"),
    uint32(VERSION),
    uint64(tensors.length),
    uint64(metadata.size),
    ...[...metadata].flatMap(([key, value]) => [text(key), ...encoded(value)]),
  ];
  let offset = 0;
  for (const { name, shape, type } of tensors) {
    const { code, bytes } = TENSOR_TYPE[type];
    parts.push(
      text(name),
      uint32(shape.length),
      ...[...shape].reverse().map(uint64),
      uint32(code),
      uint64(offset),
    );
    offset += aligned(sizeOf(shape) * bytes);
  }
  return Buffer.concat(parts);
}

function encoded(value: GgufValue): Uint8Array[] {
  if ("uint32" in value) return [uint32(TYPE.uint32), uint32(value.uint32)];
  if ("float32" in value) {
    const number = Buffer.alloc(4);
    number.writeFloatLE(value.float32);
    return [uint32(TYPE.float32), number];
  }
  if ("bool" in value) return [uint32(TYPE.bool), Uint8Array.of(value.bool ? 1 : 0)];
  if ("string" in value) return [uint32(TYPE.string), text(value.string)];
  if ("strings" in value)
    return [
      uint32(TYPE.array),
      uint32(TYPE.string),
      uint64(value.strings.length),
      ...value.strings.map(text),
    ];
  const numbers = Int32Array.from(value.int32s);
  return [
    uint32(TYPE.array),
    uint32(TYPE.int32),
    uint64(numbers.length),
    new Uint8Array(numbers.buffer, 0, numbers.byteLength),
  ];
}

function text(content: string): Uint8Array {
  const bytes = Buffer.from(content);
  return Buffer.concat([uint64(bytes.length), bytes]);
}

function uint32(number: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(number);
  return bytes;
}

function uint64(number: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(number));
  return bytes;
}

function aligned(size: number): number {
  return Math.ceil(size / ALIGNMENT) * ALIGNMENT;
}
