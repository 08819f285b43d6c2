/** Lets a worker thread read TypeScript (docs/decisions/0001-no-build-step.md). */
import "../../bin/typescript.js";

await import("./step-worker-thread.ts");
