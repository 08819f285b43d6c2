/** Screens by what they are for; only those that one of the person's roles opens. */
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import screensEnglish from "../../languages/en/screens.json";
import english from "../../languages/en/shell.json";
import type { Role } from "../data/session.ts";
import { useTexts } from "../language/texts.ts";
import { navigationFor } from "../routing/screens.ts";

export function Navigation({
  roles,
  sandbox,
}: {
  readonly roles: readonly Role[];
  readonly sandbox: boolean;
}) {
  const t = useTexts("shell", english);
  const titleOf = useTexts("screens", screensEnglish);
  const [open, setOpen] = useState(false);
  return (
    <nav aria-label={t("navigation")} className="side no-print">
      <button
        type="button"
        className="button menu"
        aria-expanded={open}
        aria-controls="screens"
        onClick={() => setOpen(!open)}
      >
        <span aria-hidden="true">☰</span> {t("menu")}
      </button>
      <div id="screens" className={open ? "screens open" : "screens"}>
        {navigationFor(roles, sandbox).map(({ group, screens }) => (
          <section key={group} aria-labelledby={`group-${group}`}>
            <h2 id={`group-${group}`}>{t(`group.${group}`)}</h2>
            <ul>
              {screens.map(({ path, title }) => (
                <li key={path}>
                  <Link to={path} activeOptions={{ exact: path === "/" }} onClick={() => setOpen(false)}>
                    {titleOf(title)}
                  </Link>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </nav>
  );
}
