/** Choices of how the workspace looks, kept in this browser. */
import { createContext } from "react";

export const THEMES = ["auto", "light", "dark"] as const;

type Preference = "theme" | "language";

/** Null where none was chosen, or the browser keeps nothing. */
export function keptPreference(name: Preference): string | null {
  try {
    return localStorage.getItem(`longitude.${name}`);
  } catch {
    return null;
  }
}

export function keepPreference(name: Preference, value: string): void {
  try {
    localStorage.setItem(`longitude.${name}`, value);
  } catch {
    // A browser that keeps nothing shows the choice until the page is left.
  }
}

export function applyTheme(theme: string): void {
  keepPreference("theme", theme);
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}

export const LanguageChoice = createContext<{ readonly language: string; choose(language: string): void }>({
  language: "en",
  choose: () => {},
});
