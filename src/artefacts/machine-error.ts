/** Turns what the operating system says into an error of the registry; other errors pass unchanged. */
import { LongitudeError } from "../errors/longitude-error.ts";
import { DISK_FULL } from "../errors/registry.ts";

/** @param doing what was under way, e.g. "writing tokens" */
export function asMachineError(error: unknown, doing: string): unknown {
  if (error instanceof LongitudeError) return error;
  // Native libraries (DuckDB, ONNX Runtime) report a full disk in words only.
  const full =
    error instanceof Error &&
    (("code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT")) ||
      /no space left on device|disk quota exceeded/i.test(error.message));
  return full
    ? new LongitudeError(DISK_FULL, `no space left on the disk while ${doing}`, { cause: error })
    : error;
}
