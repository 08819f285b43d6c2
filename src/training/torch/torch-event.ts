/** The events that `trainers/torch` prints, one JSON object a line: those of the embedded trainer, and `failed`. */
import { z } from "zod";
import { trainEventSchema } from "../train-event.ts";

const torchEvent = z.discriminatedUnion("kind", [
  ...trainEventSchema.options,
  z.object({ kind: z.literal("failed"), code: z.string(), step: z.int() }),
]);

export type TorchEvent = z.output<typeof torchEvent>;

/** The event of a line, or null for a line that is none (a library may print, too). */
export function parseTorchEvent(line: string): TorchEvent | null {
  if (!line.startsWith("{")) return null;
  try {
    const parsed = torchEvent.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
