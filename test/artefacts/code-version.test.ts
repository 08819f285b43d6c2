import { describe, expect, it } from "vitest";
import { codeVersion, reachedSources } from "../../src/artefacts/code-version.ts";

describe("a code version", () => {
  it("covers the module and everything that it imports, and nothing else", async () => {
    expect(await reachedSources("src/artefacts/recipe.ts")).toEqual([
      "src/artefacts/canonical-json.ts",
      "src/artefacts/recipe.ts",
    ]);
  });

  it("is stable, and differs between modules", async () => {
    const version = await codeVersion("src/artefacts/recipe.ts");
    expect(await codeVersion("src/artefacts/recipe.ts")).toBe(version);
    expect(await codeVersion("src/artefacts/manifest.ts")).not.toBe(version);
  });
});
