/** What stands around every screen: skip link, header, navigation by role, and where help is. */
import { Link, Outlet, useMatches, useRouter, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import screensEnglish from "../../languages/en/screens.json";
import english from "../../languages/en/shell.json";
import { useSession } from "../data/session.ts";
import { useSite } from "../data/site.ts";
import { useTexts } from "../language/texts.ts";
import type { Screen } from "../routing/define-screen.ts";
import { LoggedOut } from "../states/states.tsx";
import { GlassNote } from "./glass-note.tsx";
import { Navigation } from "./navigation.tsx";
import { Person } from "./person.tsx";
import { Preferences } from "./preferences.tsx";
import { SessionEnd } from "./session-end.tsx";
import "../controls/controls.css";
import "./shell.css";

export function Shell() {
  const t = useTexts("shell", english);
  const titleOf = useTexts("screens", screensEnglish);
  const { data: session, error } = useSession();
  const { data: site } = useSite(session !== undefined);
  const screen = useMatches()
    .map(({ staticData }) => (staticData as { screen?: Screen }).screen)
    .findLast((one) => one !== undefined);
  const main = useMainFocus(screen === undefined ? "Longitude" : titleOf(screen.title));
  return (
    <div className={screen?.bare === true ? "shell bare" : "shell"}>
      <a className="skip" href="#content">
        {t("skip")}
      </a>
      <header>
        <div className="top no-print">
          <a className="brand" href="/app">
            Longitude
          </a>
          {site !== undefined && <span className="soft">{site.site}</span>}
          <span className="fill" />
          <Link
            to="/help"
            search={
              // Screens are found by folder, so that the router's types know no search of theirs.
              (screen === undefined || screen.path === "/help" ? {} : { screen: screen.title }) as never
            }
            className="button"
          >
            {titleOf("help")}
          </Link>
          <Preferences />
          <Person />
        </div>
        {site?.sandbox === true && (
          <p className="sandbox-note">
            <strong>{t("sandbox")}</strong> {t("sandboxWhy")}
          </p>
        )}
        <GlassNote />
      </header>
      <div className="below">
        {session !== undefined && screen?.bare !== true && (
          <Navigation roles={session.roles} sandbox={site?.sandbox === true} />
        )}
        <main id="content" ref={main} tabIndex={-1}>
          {error === null ? (
            <Outlet />
          ) : (
            <div className="stack">
              <h1>Longitude</h1>
              <LoggedOut />
            </div>
          )}
        </main>
      </div>
      <footer className="soft small no-print">
        <p>
          {site === undefined
            ? ""
            : t("release", { release: site.release.id, reviewBy: site.release.reviewBy })}
        </p>
      </footer>
      <SessionEnd />
    </div>
  );
}

/** Titles of pages are those of screens; after moving to another one, focus begins at its content. */
function useMainFocus(title: string) {
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const before = useRef(path);
  useEffect(() => {
    document.title = title === "Longitude" ? title : `${title} · Longitude`;
    if (before.current === path) return;
    before.current = path;
    main.current?.focus({ preventScroll: true });
  }, [title, path]);
  // Zoomed in, what stands above may fill the window. The router has put the page to its place by then.
  const router = useRouter();
  useEffect(
    () =>
      router.subscribe("onRendered", ({ fromLocation, pathChanged }) => {
        const top = main.current?.getBoundingClientRect().top ?? 0;
        if (fromLocation !== undefined && pathChanged && top > innerHeight / 2)
          main.current?.scrollIntoView();
      }),
    [router],
  );
  return main;
}
