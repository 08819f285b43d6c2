/**
 * One screen: where it is, what it is called, who sees it in the navigation. Each folder of `routes/` has one `route.ts`
 * that exports it, and the screen itself in a file of its own, which is loaded when it is opened.
 */
import type { ComponentType } from "react";
import type { PersonRole as Role } from "../../../src/serving/identity/roles.ts";
import type english from "../../languages/en/screens.json";

export const GROUPS = ["care", "evidence", "release", "data", "vetting", "training"] as const;
export type Group = (typeof GROUPS)[number];

export interface Screen {
  /** Below `/app`, with `$name` for a part that varies: never a name or number of a patient, only an opaque key. */
  readonly path: string;
  /** Title of the page, by its key in `languages/en/screens.json`: the same for everybody, so that nothing of a patient stands in it. */
  readonly title: keyof typeof english;
  /** Who finds it in the navigation; the server judges for itself what it answers. Null: everybody who is logged in. */
  readonly roles: readonly Role[] | null;
  /** Null: not in the navigation. */
  readonly nav: { readonly group: Group; readonly order: number; readonly sandboxOnly?: boolean } | null;
  /** Without navigation around it: a page to print or to hand over. */
  readonly bare?: boolean;
  /** What the screen asks first: asked while its code is loaded. */
  asks?(params: Readonly<Record<string, string>>): readonly string[];
  load(): Promise<{ readonly default: ComponentType }>;
}

export function defineScreen(screen: Screen): Screen {
  return screen;
}
