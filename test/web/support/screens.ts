/** Every screen of one served site with measured evidence and example people, in one window for each role. */
import type { Page } from "playwright-core";
import { makeServedSite } from "../../support/served-site.ts";
import { measuredRelease } from "./measured-release.ts";
import type { ScreenRow } from "./screen-states.table.ts";
import { openWorkspace, type Workspace } from "./workspace.ts";
import { writeExamples } from "./workspace-site.ts";

export interface Screens {
  readonly workspace: Workspace;
  pageOf(role: ScreenRow["as"]): Promise<Page>;
  /** The path of a row for the sandbox's first person. */
  filled(path: string): string;
}

export async function openScreens(): Promise<Screens> {
  const { folder } = await makeServedSite({
    ...{ verdict: "silent only", stage: "silent", serving: { examples: "export" } },
    texts: measuredRelease(),
  });
  await writeExamples(folder, 40);
  const workspace = await openWorkspace(folder, { sandbox: true });
  const { page } = await workspace.visit("/app/worklist", { roles: ["clinician"], person: "clinician" });
  const href = await page.locator("tbody th a").first().getAttribute("href");
  const key = (href as string).split("/").at(-1) as string;
  const pages = new Map<string, Page>();
  return {
    workspace,
    filled: (path) => path.replace("$key", key),
    pageOf: async (role) => {
      const known = pages.get(role);
      if (known !== undefined) return known;
      const opened = await workspace.visit("/app/nowhere", { roles: [role], person: role });
      pages.set(role, opened.page);
      return opened.page;
    },
  };
}
