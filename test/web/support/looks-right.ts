/** What must hold of every screen: nothing that axe finds, no sideways scrolling narrow or zoomed, and the keyboard reaches all. */
import { expect } from "vitest";
import { axeFaults, NARROW, scrollsSideways, smallTargets, tabStops, until, ZOOMED } from "./look.ts";
import type { VisitOptions, Workspace } from "./workspace.ts";

/** Waits until nothing loads any more. */
export async function looksRight(workspace: Workspace, path: string, who: VisitOptions): Promise<void> {
  for (const look of [{}, NARROW, ZOOMED, { dark: true }]) {
    const { page, told, elsewhere, window } = await workspace.visit(path, { ...who, ...look });
    await page.getByRole("heading", { level: 2 }).first().waitFor();
    await until(page, "document.querySelector('.loading') === null");
    await until(page, "[...document.querySelectorAll('.plot')].every((p) => p.firstChild !== null)");
    expect(await axeFaults(page)).toEqual([]);
    expect(await scrollsSideways(page)).toBe(false);
    expect([told, elsewhere]).toEqual([[], []]);
    if (Object.keys(look).length === 0) {
      const stops = await tabStops(page);
      expect(stops.filter(({ visible, outlined }) => !visible || !outlined)).toEqual([]);
      expect(await smallTargets(page)).toEqual([]);
    }
    await window.close();
  }
}
