import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import type { Screen } from "../../web/src/routing/define-screen.ts";
import { SCREEN_STATES } from "../web/support/screen-states.table.ts";

const ROUTES = resolve("web/src/routes");
const TABLE = "test/web/support/screen-states.table.ts";

async function screenPaths(): Promise<Map<string, string>> {
  const paths = new Map<string, string>();
  for (const folder of await readdir(ROUTES)) {
    const { default: screen } = (await import(join(ROUTES, folder, "route.ts"))) as { default: Screen };
    paths.set(screen.path, folder);
  }
  return paths;
}

test(`every screen has a row in ${TABLE}, which says how each of its states comes about`, async () => {
  const rows = SCREEN_STATES.map(({ path }) => path);
  const paths = [...(await screenPaths()).keys()];
  expect({
    "screens without a row": paths.filter((path) => !rows.includes(path)),
    "rows without a screen": rows.filter((path) => !paths.includes(path)),
    "rows twice": rows.filter((path, i) => rows.indexOf(path) !== i),
  }).toEqual({ "screens without a row": [], "rows without a screen": [], "rows twice": [] });
});

test("no row denies a state that its screen's own files show, and every test that a row names shows screens", async () => {
  const paths = await screenPaths();
  const wrong: string[] = [];
  for (const { path, states } of SCREEN_STATES) {
    const folder = join(ROUTES, paths.get(path) ?? "");
    const sources = await Promise.all(
      (await readdir(folder))
        .filter((name) => name.endsWith(".tsx"))
        .map((name) => readFile(join(folder, name), "utf8")),
    );
    for (const [state, how] of Object.entries(states)) {
      const element = `<${state.charAt(0).toUpperCase()}${state.slice(1)} `;
      if (
        "never" in how &&
        sources.some((text) => text.includes(element) || text.includes(element.trim().concat(" />")))
      )
        wrong.push(`${path}: ${state}`);
      if ("shownIn" in how)
        expect(await readFile(resolve("test/web", how.shownIn as string), "utf8")).toContain("openWorkspace");
    }
  }
  expect(wrong).toEqual([]);
});
