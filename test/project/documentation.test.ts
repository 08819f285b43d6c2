import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { errorDefinitions } from "../../src/errors/registry.ts";
import { generatedPages } from "../../tools/generated-pages.ts";

describe("the documentation", async () => {
  const pages = await generatedPages();
  it.each(Object.keys(pages))("%s is what the code says (else: npm run docs:generate)", (path) => {
    expect(readFileSync(path, "utf8")).toBe(pages[path]);
  });

  it("explains every key of longitude.yaml", () => {
    const unexplained = (pages["docs/reference/configuration.md"] ?? "")
      .split("\n")
      .filter((line) => line.startsWith("| `") && line.endsWith("|  |"));
    expect(unexplained).toEqual([]);
  });

  it("has a section for every error code, and none for a code that does not exist", () => {
    const sections = [...readFileSync("docs/reference/errors.md", "utf8").matchAll(/^## ([A-Z0-9_]+)$/gm)];
    expect(sections.map(([, code]) => code).sort()).toEqual(
      errorDefinitions()
        .map(({ code }) => code)
        .sort(),
    );
  });

  it("links only to files that exist", () => {
    const dangling = markdownFiles().flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)]
        .map(([, target = ""]) => target)
        .filter((target) => !existsSync(join(dirname(file), target)))
        .map((target) => `${file} → ${target}`),
    );
    expect(dangling).toEqual([]);
  });
});

function markdownFiles(): string[] {
  const below = (folder: string) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".md"))
      .map((name) => join(folder, name));
  return [...readdirSync(".").filter((name) => name.endsWith(".md")), ...below("docs")];
}
