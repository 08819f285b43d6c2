/** Small draws that the generator of notes is made of. */
import type { Random } from "../../src/effects/random.ts";

export function oneOf<T>(random: Random, items: readonly T[]): T {
  return items[random.integer(items.length)] as T;
}

export function chance(random: Random, probability: number): boolean {
  return random.next() < probability;
}

export function between(random: Random, low: number, high: number): number {
  return low + random.integer(high - low + 1);
}

export function digits(random: Random, count: number): string {
  let out = String(1 + random.integer(9));
  while (out.length < count) out += random.integer(10);
  return out;
}

export function letters(random: Random, count: number): string {
  let out = "";
  for (let i = 0; i < count; i++) out += String.fromCharCode(65 + random.integer(26));
  return out;
}

/** "##-??": a digit for each #, a capital for each ?. */
export function shaped(random: Random, shape: string): string {
  return shape.replace(/[#?]/g, (mark) => (mark === "#" ? String(random.integer(10)) : letters(random, 1)));
}

export function titled(text: string): string {
  return text.replace(
    /(^|[\s'’-])(\p{L})/gu,
    (_, before: string, first: string) => before + first.toUpperCase(),
  );
}
