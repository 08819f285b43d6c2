/** Starts a comparing worker from its TypeScript source (docs/decisions/0001-no-build-step.md). */
import { register } from "tsx/esm/api";

register();
await import("./compare-worker.ts");
