/**
 * A published passage: one answer about one subject, of one kind, with its publisher and link.
 * Read from NDJSON in the shape of MedQuAD (`id`, `source`, `url`, `focus`, `type`, `answer`), plain or gzip.
 * Invariant: nothing of a passage is shown without its publisher and link.
 */
import { z } from "zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { PASSAGES_INVALID } from "../../errors/registry.ts";
import { inputBytes } from "../../ingest/input-text.ts";

export interface Passage {
  readonly id: string;
  readonly publisher: string;
  readonly url: string;
  /** What it is about. */
  readonly title: string;
  /** Which question about it is answered: `symptoms`, `treatment`, … */
  readonly kind: string;
  readonly text: string;
}

const MOST_LEFT_OUT = 0.01;

const text = z.string().trim().min(1);
const passageSchema = z.object({
  id: text,
  source: text,
  url: z.url({ protocol: /^https?$/ }),
  focus: text,
  type: text,
  answer: text,
});

export interface Passages {
  readonly passages: readonly Passage[];
  /** Lines without a subject, a publisher, a link or an answer: nobody could cite them. */
  readonly leftOut: number;
}

/** @throws LongitudeError PASSAGES_INVALID when more lines are left out than a hundredth, or none is a passage */
export async function readPassages(path: string): Promise<Passages> {
  const pieces: Buffer[] = [];
  for await (const { bytes } of inputBytes(path)) pieces.push(bytes);
  const lines = Buffer.concat(pieces).toString("utf8").split("\n").entries();
  const passages: Passage[] = [];
  const faults: number[] = [];
  for (const [i, line] of lines) {
    if (line.trim() === "") continue;
    const parsed = passageSchema.safeParse(jsonOrNull(line));
    if (!parsed.success) {
      faults.push(i + 1);
      continue;
    }
    const { id, source, url, focus, type, answer } = parsed.data;
    passages.push({ id, publisher: source, url, title: focus, kind: type.toLowerCase(), text: answer });
  }
  if (passages.length === 0 || faults.length > passages.length * MOST_LEFT_OUT) {
    const named = faults.slice(0, 5).join(", ");
    const message = `${path}: ${faults.length} lines are no passages, the first: ${named || "-"}`;
    throw new LongitudeError(PASSAGES_INVALID, message);
  }
  return { passages, leftOut: faults.length };
}

function jsonOrNull(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
