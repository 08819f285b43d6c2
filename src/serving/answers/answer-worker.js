/** Starts an answering thread from its TypeScript source (docs/decisions/0001-no-build-step.md). */
import "../../../bin/typescript.js";

await import("./answer-worker.ts");
