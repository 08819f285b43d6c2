/**
 * What a run has said of itself so far: SITE/runs/<run>.ndjson, one JSON object a line, so that somebody can look at it while
 * it trains and afterwards. It is told beside the run: what is in it never changes what the run makes.
 * Invariant: a run that goes on appends; the last line of a killed one may be torn, and is then left out.
 */
import { appendFile, mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import type { Json } from "../artefacts/canonical-json.ts";
import type { Effects } from "../effects/effects.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { type TrainEvent, trainEventSchema } from "./train-event.ts";

const lineSchema = z.intersection(
  /** ms since 1970-01-01 UTC */
  z.object({ at: z.number() }),
  z.discriminatedUnion("kind", [
    /** What is run: written at its start, and each time that it goes on. */
    z.object({
      kind: z.literal("opened"),
      stage: z.string(),
      /** Role → id of the artefact that is read. */
      inputs: z.record(z.string(), z.string()),
      configuration: z.json(),
    }),
    ...trainEventSchema.options,
    /** Ended by an error, whose code this is; null where somebody stopped it. */
    z.object({ kind: z.literal("stopped"), code: z.string().nullable() }),
  ]),
);

export type RunLogLine = z.output<typeof lineSchema>;

/** @param run id of the artefact that the run makes */
export function runLogPath(site: string, run: string): string {
  return join(site, "runs", `${run}.ndjson`);
}

export interface RunOpening {
  readonly stage: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly configuration: Json;
}

/** Passes a run's events on, and keeps each. */
export async function* withRunLog(
  running: AsyncGenerator<TrainEvent>,
  path: string,
  opening: RunOpening,
  effects: Effects,
): AsyncGenerator<TrainEvent> {
  await mkdir(dirname(path), { recursive: true });
  const keep = (line: object) => appendFile(path, `${JSON.stringify({ at: effects.now(), ...line })}\n`);
  await keep({ kind: "opened", ...opening });
  let ended = false;
  let code: string | null = null;
  try {
    for await (const event of running) {
      await keep(event);
      ended = event.kind === "done";
      yield event;
    }
  } catch (error) {
    code = error instanceof LongitudeError ? error.code : "UNEXPECTED";
    throw error;
  } finally {
    if (!ended) await keep({ kind: "stopped", code });
  }
}

/** Oldest first; empty where the run has no log. */
export async function readRunLog(path: string): Promise<RunLogLine[]> {
  const text = await readFile(path, "utf8").catch(() => "");
  return text.split("\n").flatMap((line) => parsed(line) ?? []);
}

function parsed(line: string): RunLogLine | null {
  try {
    return lineSchema.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}
