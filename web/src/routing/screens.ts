/** Every screen: each folder of `routes/` that has a `route.ts`. A new folder is found by itself. */
import type { Role } from "../data/session.ts";
import { GROUPS, type Group, type Screen } from "./define-screen.ts";

const found = import.meta.glob<Screen>("../routes/*/route.ts", { eager: true, import: "default" });

export const SCREENS: readonly Screen[] = Object.values(found);

/** What the navigation shows to somebody with these roles, in order. */
export function navigationFor(
  roles: readonly Role[],
  sandbox: boolean,
): { readonly group: Group; readonly screens: readonly Screen[] }[] {
  const open = SCREENS.filter(
    ({ nav, roles: own }) =>
      nav !== null &&
      (own === null || own.some((role) => roles.includes(role))) &&
      (sandbox || nav.sandboxOnly !== true),
  );
  return GROUPS.map((group) => ({
    group,
    screens: open
      .filter(({ nav }) => nav?.group === group)
      .sort((a, b) => (a.nav?.order ?? 0) - (b.nav?.order ?? 0)),
  })).filter(({ screens }) => screens.length > 0);
}
