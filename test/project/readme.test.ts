import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { createProgram } from "../../src/cli/program.ts";
import { parseSite } from "../../src/cli/read-site.ts";

const PAGES = [
  "README.md",
  "CONTRIBUTING.md",
  "docs/guides/first-run.md",
  "docs/guides/own-records.md",
  "docs/guides/validate.md",
  "docs/benchmarks.md",
];
const scripts = Object.keys(
  z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync("package.json", "utf8"))).scripts,
);
const verbs = new Map(
  (await createProgram()).commands.map((verb) => [
    verb.name(),
    [...verb.options.flatMap(({ long, short }) => [long, short]), "--help"],
  ]),
);

function blocks(page: string, language: string): string[] {
  return [
    ...readFileSync(page, "utf8").matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm")),
  ].map(([, text = ""]) => text);
}

/** Every `longitude …` or `npm …` that a reader could type, from blocks and from inline code. */
function commands(page: string): string[] {
  const inline = [...readFileSync(page, "utf8").matchAll(/`((?:npx longitude|longitude|npm) [^`]+)`/g)];
  return [...blocks(page, "sh").flatMap((block) => block.split("\n")), ...inline.map(([, text = ""]) => text)]
    .flatMap((line) => line.split("&&"))
    .map((line) => line.replace(/#.*/, "").trim())
    .filter((line) => line !== "");
}

describe.each(PAGES)("%s", (page) => {
  it("names only npm scripts that exist", () => {
    const named = commands(page)
      .map((command) => /^npm (?:run )?(?:--?\S+ )*(\S+)/.exec(command)?.[1])
      .filter((name) => name !== undefined && name !== "ci");
    expect(named.filter((name) => !scripts.includes(name ?? ""))).toEqual([]);
  });

  it("names only verbs and options that exist", () => {
    const wrong = commands(page).filter((command) => {
      const [, verb = "", rest = ""] = /^(?:npx )?longitude (\S+)(.*)$/.exec(command) ?? [];
      if (verb === "" || verb.startsWith("<")) return false;
      const known = verbs.get(verb);
      const options = [...rest.matchAll(/(?<=\s)--?[a-z][a-z-]*/g)].map(([option]) => option);
      return known === undefined || options.some((option) => !known.includes(option));
    });
    expect(wrong).toEqual([]);
  });
});

describe("the README", () => {
  const text = readFileSync("README.md", "utf8");

  it("opens with the two commands", () => {
    expect(blocks("README.md", "sh").slice(0, 2)).toEqual([
      "npm ci && npm run demo\n",
      "npm ci && npm test\n",
    ]);
    expect(text.indexOf("```sh")).toBeLessThan(text.indexOf("##"));
  });

  it("lists every verb in its table", () => {
    const listed = [...text.matchAll(/^\| `longitude ([a-z-]+)/gm)].map(([, verb]) => verb);
    expect(listed.sort()).toEqual([...verbs.keys()].filter((verb) => verb !== "help").sort());
  });

  it("shows pictures that exist", () => {
    for (const [, source = ""] of text.matchAll(/!\[[^\]]*\]\(([^)]+)\)/g))
      expect(existsSync(source), source).toBe(true);
  });
});

describe("the guide to one's own records", () => {
  it("shows sections that longitude.yaml accepts", () => {
    const parts = blocks("docs/guides/own-records.md", "yaml").map((block): unknown => parse(block));
    const site = Object.assign({ schema: "longitude.site/1", name: "mine" }, ...parts);
    expect(parseSite(JSON.stringify(site), "longitude.yaml").outcomes.list[0]?.name).toBe("diabetes");
  });
});
