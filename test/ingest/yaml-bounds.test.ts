/** A mapping that no person wrote is refused by name, before it can exhaust the process. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { yamlOutOfBounds } from "../../src/artefacts/yaml-bounds.ts";
import { parseMapping } from "../../src/ingest/csv/mapping.ts";

const DEEP = {
  lists: `a: ${"[".repeat(200_000)}`,
  objects: '{"a":'.repeat(100_000),
  dashes: `${"- ".repeat(50_000)}x`,
  "indented lines": Array.from({ length: 5000 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n"),
  size: `a: ${"x".repeat(5 * 2 ** 20)}`,
};

describe("a mapping", () => {
  it.each(Object.entries(DEEP))("of absurd depth or size is refused: %s", (_, text) => {
    expect(() => parseMapping(text, "mapping.yaml")).toThrow(
      expect.objectContaining({ code: "MAPPING_INVALID" }),
    );
  });

  it("as people write them is within the bounds", () => {
    const found = ["examples", "test/cases"].flatMap((root) =>
      readdirSync(root, { recursive: true, encoding: "utf8" })
        .filter((file) => /\.ya?ml$/.test(file))
        .map((file) => readFileSync(join(root, file), "utf8")),
    );
    expect(found.length).toBeGreaterThan(5);
    for (const text of found) expect(yamlOutOfBounds(text)).toBe(false);
  });
});
