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

  it("has every folder of the river, in its order", () => {
    const river =
      readFileSync(".dependency-cruiser.cjs", "utf8").match(/const river = \[([^\]]*)\]/)?.[1] ?? "";
    const folders = [...river.matchAll(/"([a-z]+)"/g)].map(([, name]) => name);
    const rows = readFileSync("docs/reference/river.md", "utf8")
      .split("\n")
      .flatMap((line) => line.match(/^\| ((?:`[a-z]+`(?:, )?)+) \|/)?.[1]?.match(/[a-z]+/g) ?? []);
    expect(folders.length).toBeGreaterThan(20);
    expect(rows).toEqual(folders);
  });

  it("links every guide from the README", () => {
    const readme = readFileSync("README.md", "utf8");
    const guides = readdirSync("docs/guides").filter((name) => name.endsWith(".md"));
    expect(guides.filter((name) => !readme.includes(`(docs/guides/${name}`))).toEqual([]);
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
