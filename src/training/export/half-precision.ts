/** Float32 as IEEE 754 half precision, rounded to the nearest, ties to even; too large becomes infinity. */
export function toHalves(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return Uint16Array.from(bits, halfOf);
}

/** @param bits of a float32 */
function halfOf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const exponent = ((bits >>> 23) & 0xff) - 127;
  const fraction = bits & 0x7fffff;
  if (exponent === 128) return sign | 0x7c00 | (fraction === 0 ? 0 : 0x200);
  if (exponent > 15) return sign | 0x7c00;
  if (exponent < -25) return sign;
  // Below 2^-14 a half has no leading one: the fraction shifts further.
  const normal = exponent >= -14;
  const whole = fraction | 0x800000;
  const shift = normal ? 13 : -exponent - 1;
  const kept = whole >>> shift;
  const rest = whole & ((1 << shift) - 1);
  const middle = 1 << (shift - 1);
  const rounded = kept + (rest > middle || (rest === middle && (kept & 1) === 1) ? 1 : 0);
  // A carry of the fraction runs into the exponent, which is what rounding up to the next power of two means.
  return sign | (normal ? rounded + ((exponent + 14) << 10) : rounded);
}
