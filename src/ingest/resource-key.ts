/**
 * A 64-bit key of a resource's identity, for telling copies of one resource apart among hundreds of millions without
 * keeping their names. Two lanes of MurmurHash3's mixing (Appleby, public domain) over the text's code units.
 * Chance of any two of 100 million resources sharing a key: 0.03 %; the subject key, which must be reproducible
 * elsewhere, is a SHA-256 (subject-key.ts).
 */

/** Writes the key's two halves to `out[at]` and `out[at + 1]`; never both zero, which stands for "no identity". */
export function writeResourceKey(text: string, out: Uint32Array, at: number): void {
  let a = 0x9747b28c;
  let b = 0x5bd1e995;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0xcc9e2d51);
    a = (a << 15) | (a >>> 17);
    b = Math.imul(b ^ unit, 0x1b873593);
    b = (b << 13) | (b >>> 19);
  }
  a ^= text.length;
  b ^= a;
  a = Math.imul(a ^ (b >>> 16), 0x85ebca6b);
  b = Math.imul(b ^ (a >>> 13), 0xc2b2ae35);
  a ^= b >>> 16;
  b ^= a >>> 15;
  out[at] = a;
  out[at + 1] = a === 0 && b === 0 ? 1 : b;
}
