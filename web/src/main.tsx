/** The workspace begins here. */
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode, useMemo, useState } from "react";
import { createRoot } from "react-dom/client";
import { askAhead, queryClient } from "./data/queries.ts";
import { SESSION_PATH } from "./data/session.ts";
import { SITE_PATH } from "./data/site.ts";
import { sayFiguresIn } from "./language/figures.ts";
import { LANGUAGES, loadTranslations, TranslationContext } from "./language/texts.ts";
import { router } from "./routing/router.tsx";
import { applyTheme, keepPreference, keptPreference, LanguageChoice } from "./shell/kept-preferences.ts";
import "./theme/tokens.css";
import "./theme/base.css";

for (const path of [SESSION_PATH, SITE_PATH]) askAhead(path);
const preferred = keptPreference("language") ?? navigator.language.split("-")[0] ?? "en";
const initial = await loadTranslations(LANGUAGES.includes(preferred) ? preferred : "en");
applyTheme(keptPreference("theme") ?? "auto");
document.documentElement.lang = initial.language;
sayFiguresIn(initial);

function Workspace() {
  const [translations, setTranslations] = useState(initial);
  const choice = useMemo(
    () => ({
      language: translations.language,
      choose: (language: string) =>
        void loadTranslations(language).then((loaded) => {
          keepPreference("language", language);
          document.documentElement.lang = language;
          sayFiguresIn(loaded);
          setTranslations(loaded);
        }),
    }),
    [translations.language],
  );
  return (
    <LanguageChoice value={choice}>
      <TranslationContext value={translations}>
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </TranslationContext>
    </LanguageChoice>
  );
}

/** What failed is told by its kind alone: a message could name what was shown. */
const tellKind = (error: unknown) => console.error(error instanceof Error ? error.name : "failure");

createRoot(document.getElementById("root") as HTMLElement, {
  onCaughtError: tellKind,
  onUncaughtError: tellKind,
}).render(
  <StrictMode>
    <Workspace />
  </StrictMode>,
);
