/**
 * What all verbs share: errors become a message, a remedy and an exit code; Ctrl-C stops cleanly.
 * Invariant: an internal stack is printed only with LONGITUDE_DEBUG=1.
 */
import { CommanderError } from "commander";
import { asMachineError } from "../artefacts/machine-error.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { USAGE_INVALID } from "../errors/registry.ts";
import { Interrupted } from "./interrupted.ts";

const EXIT_INTERNAL = 1;
const EXIT_INTERRUPTED = 130;

/** Reports an error on standard error and returns the exit code that it asks for. */
export function reportError(thrown: unknown, write: (text: string) => unknown): number {
  const error = asMachineError(thrown, "working");
  if (error instanceof CommanderError) {
    // Commander has printed the message (createProgram gives it its code); help and version end with 0.
    if (error.exitCode === 0) return 0;
    write(`  what to do: ${USAGE_INVALID.remedy}\n`);
    return USAGE_INVALID.exitCode;
  }
  if (error instanceof Interrupted) {
    write(`${error.message}\n`);
    return EXIT_INTERRUPTED;
  }
  const debug = process.env.LONGITUDE_DEBUG === "1";
  if (error instanceof LongitudeError) {
    write(`error ${error.code}: ${error.message}\n  what to do: ${error.remedy}\n`);
    if (debug) write(`${error.stack ?? ""}\n${causeOf(error)}`);
    return error.exitCode;
  }
  write("error INTERNAL: Longitude itself failed.\n");
  write(
    "  what to do: run it again with LONGITUDE_DEBUG=1 and report what it prints, without patient data.\n",
  );
  if (debug)
    write(
      `${error instanceof Error ? `${error.stack ?? error.message}\n${causeOf(error)}` : String(error)}\n`,
    );
  return EXIT_INTERNAL;
}

function causeOf(error: Error): string {
  return error.cause instanceof Error ? `caused by ${error.cause.stack ?? error.cause.message}\n` : "";
}

/**
 * Runs with a signal that Ctrl-C aborts. The first Ctrl-C asks for a clean stop after the current step,
 * the second one stops at once (checkpoints and finished stages are safe either way).
 */
export async function withInterrupt<T>(
  work: (signal: AbortSignal) => Promise<T>,
  stopping = "stopping after the current step; press Ctrl-C again to stop at once",
): Promise<T> {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(EXIT_INTERRUPTED);
    process.stderr.write(`\n${stopping}\n`);
    controller.abort(new Interrupted());
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  try {
    return await work(controller.signal);
  } finally {
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  }
}
