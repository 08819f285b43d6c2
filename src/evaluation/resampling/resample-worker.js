/** Starts a resampling worker from its TypeScript source (docs/decisions/0001-no-build-step.md). */
import "../../../bin/typescript.js";

await import("./resample-worker.ts");
