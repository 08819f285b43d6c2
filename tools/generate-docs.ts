/** Writes the generated pages; a test fails when what is checked in differs from what would be written. */
import { writeFileSync } from "node:fs";
import { generatedPages } from "./generated-pages.ts";

for (const [path, text] of Object.entries(await generatedPages())) writeFileSync(path, text);
