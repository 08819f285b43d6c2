/**
 * Takes a byte stream apart into MLLP frames: start block 0x0B, content, end block 0x1C, carriage return.
 * Invariant: memory is bounded by the largest message allowed, whatever arrives.
 */
const START = 0x0b;
const END = 0x1c;
/** Of a frame that is too large, this much is kept: enough for its MSH. */
const HEAD_BYTES = 4096;

export type MllpFrame =
  | { readonly kind: "message"; readonly bytes: Buffer }
  /** Larger than allowed; `bytes` is its beginning. */
  | { readonly kind: "oversize"; readonly bytes: Buffer }
  /** A new frame began before this one had ended. */
  | { readonly kind: "truncated"; readonly bytes: Buffer }
  /** Bytes outside of a frame, other than line ends. */
  | { readonly kind: "garbage"; readonly bytes: Buffer };

export function mllpFrame(text: Buffer): Buffer {
  return Buffer.concat([Buffer.from([START]), text, Buffer.from([END, 0x0d])]);
}

export class MllpDecoder {
  #inside = false;
  #oversize = false;
  #pieces: Buffer[] = [];
  #length = 0;

  constructor(private readonly maxBytes: number) {}

  /** A frame has begun and not ended. */
  get midFrame(): boolean {
    return this.#inside;
  }

  push(chunk: Buffer): MllpFrame[] {
    const frames: MllpFrame[] = [];
    let at = 0;
    while (at < chunk.length) {
      const stop = this.#inside ? nextMark(chunk, at) : endOr(chunk.indexOf(START, at), chunk.length);
      if (this.#inside) this.#take(chunk.subarray(at, stop));
      else {
        const outside = chunk
          .subarray(at, stop)
          .filter((byte) => byte !== 0x0d && byte !== 0x0a && byte !== END);
        if (outside.length > 0)
          frames.push({ kind: "garbage", bytes: Buffer.from(outside.subarray(0, HEAD_BYTES)) });
      }
      if (stop === chunk.length) break;
      if (chunk[stop] === END) frames.push(this.#finish(this.#oversize ? "oversize" : "message"));
      else {
        if (this.#inside) frames.push(this.#finish(this.#oversize ? "oversize" : "truncated"));
        this.#inside = true;
      }
      at = stop + 1;
    }
    return frames;
  }

  /** The stream has ended; what had begun is truncated. */
  end(): MllpFrame[] {
    return this.#inside ? [this.#finish(this.#oversize ? "oversize" : "truncated")] : [];
  }

  #take(piece: Buffer): void {
    this.#length += piece.length;
    if (this.#length > this.maxBytes && !this.#oversize) {
      this.#oversize = true;
      this.#pieces = [Buffer.concat([...this.#pieces, piece]).subarray(0, HEAD_BYTES)];
    } else if (!this.#oversize) this.#pieces.push(Buffer.from(piece));
  }

  #finish(kind: "message" | "oversize" | "truncated"): MllpFrame {
    const bytes = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#length = 0;
    this.#inside = false;
    this.#oversize = false;
    return { kind, bytes };
  }
}

function nextMark(chunk: Buffer, from: number): number {
  return Math.min(
    endOr(chunk.indexOf(END, from), chunk.length),
    endOr(chunk.indexOf(START, from), chunk.length),
  );
}

function endOr(found: number, otherwise: number): number {
  return found < 0 ? otherwise : found;
}
