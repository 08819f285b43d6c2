/** The routes of all screens, each with its code loaded when it is opened. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { askAhead } from "../data/queries.ts";
import { Failure } from "../shell/failure.tsx";
import { NotFound } from "../shell/not-found.tsx";
import { Shell } from "../shell/shell.tsx";
import { SCREENS } from "./screens.ts";

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound, errorComponent: Failure });

export const router = createRouter({
  routeTree: root.addChildren(
    SCREENS.map((screen) =>
      createRoute({
        getParentRoute: () => root,
        path: screen.path,
        staticData: { screen },
        loader: ({ params }) => {
          for (const path of screen.asks?.(params) ?? []) askAhead(path);
        },
        component: lazyRouteComponent(screen.load),
        errorComponent: Failure,
      }),
    ),
  ),
  basepath: "/app",
  // Addresses that people read and send on: plain words, no quotes around numbers.
  parseSearch: (search) => Object.fromEntries(new URLSearchParams(search)),
  stringifySearch: (search: Record<string, string | undefined>) => {
    const set = Object.entries(search).filter((pair): pair is [string, string] => pair[1] !== undefined);
    return set.length === 0 ? "" : `?${new URLSearchParams(set)}`;
  },
  scrollRestoration: true,
  defaultPreload: "intent",
});
