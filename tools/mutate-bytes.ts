/** Damages bytes as disks, networks and attackers do: flips, cuts, repeats, insertions, nesting, compression. */
import { gzipSync } from "node:zlib";
import type { Random } from "../src/effects/random.ts";

/** What parsers trip over. */
const TOKENS = [
  ..."{ } [ ] \" ' , : | ^ ~ & \\ \r \n \t \0 \u000b \u001c \u001c\r".split(" "),
  "\uFEFF",
  "\\u0000",
  "\\ud800",
  "null",
  "true",
  "-0",
  "1e999",
  "1e-999",
  "99999999999999999999",
  "NaN",
  "2020-02-30",
  "0000-00-00",
  "9999-12-31T23:59:60.999999999+14:00",
  "__proto__",
  "constructor",
  '{"resourceType":"Bundle"',
  "MSH|^~\\&|",
  "*a",
  "&a [*a,*a]",
  "!!js/function",
  "'; DROP TABLE event; --",
  "../../../etc/passwd",
  "\u0661\u0662",
  "𝔘",
].map((text) => Buffer.from(text));

const HUGE = 8 * 2 ** 20;

/** A damaged copy; the same generator gives the same damage. */
export function mutateBytes(bytes: Buffer, random: Random): Buffer {
  let out: Buffer = Buffer.from(bytes);
  for (let times = 1 + random.integer(4); times > 0; times--) out = once(out, random);
  return out;
}

function repeated(token: Buffer, length: number): Buffer {
  return token.length === 0 ? token : Buffer.alloc(length, token);
}

function once(bytes: Buffer, random: Random): Buffer {
  const at = random.integer(bytes.length + 1);
  const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at)];
  const length = Math.min(tail.length, 1 + random.integer(random.next() < 0.5 ? 8 : 4000));
  const token = (): Buffer => TOKENS[random.integer(TOKENS.length)]!;
  switch (random.integer(11)) {
    case 0: {
      const copy = Buffer.from(bytes);
      if (at < copy.length) copy[at] = copy[at]! ^ (1 << random.integer(8));
      return copy;
    }
    case 1: {
      const copy = Buffer.from(bytes);
      if (at < copy.length) copy[at] = random.integer(256);
      return copy;
    }
    case 2:
      return Buffer.concat([head, tail.subarray(length)]);
    case 3:
      return Buffer.concat([head, tail.subarray(0, length), tail]);
    case 4:
      return Buffer.concat([head, token(), tail]);
    case 5:
      return Buffer.concat([head, token(), tail.subarray(length)]);
    case 6:
      return Buffer.from(head);
    case 7: {
      const from = random.integer(bytes.length + 1);
      return Buffer.concat([head, bytes.subarray(from, from + length), tail]);
    }
    case 8: {
      if (random.next() < 0.9) return Buffer.concat([token(), bytes, token()]);
      const open = random.next() < 0.5 ? "[" : '{"a":';
      return Buffer.concat([head, Buffer.from(open.repeat(1 + random.integer(200_000))), tail]);
    }
    case 9:
      if (random.next() < 0.9) return Buffer.concat([tail, head]);
      return Buffer.concat([head, repeated(token(), random.integer(HUGE)), tail]);
    default:
      if (random.next() < 0.8) return bytes;
      // A bomb, or an ordinary gzip.
      return gzipSync(random.next() < 0.1 ? repeated(bytes.subarray(0, 64), 200 * 2 ** 20) : bytes);
  }
}
