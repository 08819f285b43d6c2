/** Lets a worker thread read TypeScript (docs/decisions/0001-no-build-step.md). */
import { register } from "tsx/esm/api";

register();
await import("./step-worker-thread.ts");
