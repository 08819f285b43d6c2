#!/usr/bin/env node
/** Starts the TypeScript sources directly; there is no build step (docs/decisions/0001-no-build-step.md). */

/** Verbs that somebody waits for. */
const BUNDLED = ["ask", "reason", "mcp"];
const verb = process.argv[2] ?? "";
// Whoever looks for a fault wants to see the sources' own lines.
const bundle =
  BUNDLED.includes(verb) && process.env.LONGITUDE_DEBUG !== "1"
    ? await (await import("./bundled-verb.js")).bundledVerb(verb)
    : null;
if (bundle === null) {
  await import("./typescript.js");
  await import("../src/cli/main.ts");
} else await import(bundle);
