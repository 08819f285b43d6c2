/** Lets this thread import TypeScript sources directly; there is no build step (docs/decisions/0001-no-build-step.md). */
import { register as registerHooks } from "node:module";
import { fileURLToPath } from "node:url";
import { register } from "tsx/esm/api";

register({ tsconfig: fileURLToPath(new URL("../tsconfig.json", import.meta.url)) });
registerHooks("./loader-hooks.js", import.meta.url);
