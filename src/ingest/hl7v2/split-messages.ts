/** Where a message begins and what lies around messages: batches, and frames that hold several. */

const HEADER = /^MSH[^A-Za-z0-9\s]/;
const BATCH = /^(FHS|BHS|BTS|FTS)([^A-Za-z0-9]|$)/;

export function startsMessage(line: string): boolean {
  return HEADER.test(line);
}

/** Header and trailer of a file or batch: they say nothing of a patient. */
export function isBatchLine(line: string): boolean {
  return BATCH.test(line);
}

/** The messages of one frame; a frame that holds one, or none at all, is given back as it came. */
export function messagesOfFrame(frame: Buffer): readonly Buffer[] {
  const lines = frame.toString("latin1").split(/[\r\n]+/);
  const starts = lines.flatMap((line, i) => (startsMessage(line) ? [i] : []));
  if (starts.length === 0 || (starts.length === 1 && !lines.some(isBatchLine))) return [frame];
  const before = lines.slice(0, starts[0]).filter((line) => line.trim() !== "" && !isBatchLine(line));
  if (before.length > 0) return [frame];
  return starts.map((from, i) => {
    const own = lines.slice(from, starts[i + 1]).filter((line) => line.trim() !== "" && !isBatchLine(line));
    return Buffer.from(`${own.join("\r")}\r`, "latin1");
  });
}
