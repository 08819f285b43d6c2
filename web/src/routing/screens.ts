/** Every screen: each folder of `routes/` that has a `route.ts`. A new folder is found by itself. */
import type { Role } from "../data/session.ts";
import { GROUPS, type Group, type Screen } from "./define-screen.ts";

const found = import.meta.glob<Screen>("../routes/*/route.ts", { eager: true, import: "default" });

/** More than a group of the navigation has. */
const MANY = 1000;
/** As the navigation has them; those that it has not stand after the first group, which leads to them. */
const placeOf = ({ nav }: Screen) => (nav === null ? 0.5 : GROUPS.indexOf(nav.group) + nav.order / MANY);

export const SCREENS: readonly Screen[] = Object.values(found).sort((a, b) => placeOf(a) - placeOf(b));

/** Whether one of the roles finds it; the server judges for itself what it answers. */
export function opensTo({ roles: own }: Screen, roles: readonly Role[]): boolean {
  return own === null || own.some((role) => roles.includes(role));
}

/** What the navigation shows to somebody with these roles, in order. */
export function navigationFor(
  roles: readonly Role[],
  sandbox: boolean,
): { readonly group: Group; readonly screens: readonly Screen[] }[] {
  const open = SCREENS.filter(
    (screen) => screen.nav !== null && opensTo(screen, roles) && (sandbox || screen.nav.sandboxOnly !== true),
  );
  return GROUPS.map((group) => ({
    group,
    screens: open.filter(({ nav }) => nav?.group === group),
  })).filter(({ screens }) => screens.length > 0);
}
