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

const passageSchema = z.object({
  id: z.string().min(1),
  source: z.string().min(1),
  url: z.url({ protocol: /^https?$/ }),
  focus: z.string().min(1),
  type: z.string().min(1),
  answer: z.string(),
});

/** @throws LongitudeError PASSAGES_INVALID with the numbers of the lines that are no passages */
export async function readPassages(path: string): Promise<Passage[]> {
  const pieces: Buffer[] = [];
  for await (const { bytes } of inputBytes(path)) pieces.push(bytes);
  const passages: Passage[] = [];
  const faults: number[] = [];
  for (const [i, line] of Buffer.concat(pieces).toString("utf8").split("\n").entries()) {
    if (line.trim() === "") continue;
    const parsed = passageSchema.safeParse(jsonOrNull(line));
    if (!parsed.success) faults.push(i + 1);
    else if (parsed.data.answer.trim() !== "") {
      const { id, source, url, focus, type, answer } = parsed.data;
      passages.push({ id, publisher: source, url, title: focus.trim(), kind: type.trim().toLowerCase(), text: answer });
    }
  }
  if (faults.length > 0) {
    const named = faults.slice(0, 5).join(", ");
    throw new LongitudeError(PASSAGES_INVALID, `${path}: ${faults.length} lines are no passages, the first: ${named}`);
  }
  return passages;
}

function jsonOrNull(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
