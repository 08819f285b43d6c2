/** Light or dark, and the language: the only things that the browser keeps, and nothing of a patient. */
import { useContext, useState } from "react";
import english from "../../languages/en/shell.json";
import { LANGUAGES, useTexts } from "../language/texts.ts";
import { applyTheme, keptPreference, LanguageChoice, THEMES } from "./kept-preferences.ts";

export function Preferences() {
  const t = useTexts("shell", english);
  const [theme, setTheme] = useState(keptPreference("theme") ?? "auto");
  const { language, choose } = useContext(LanguageChoice);
  return (
    <div className="preferences">
      <label>
        <span className="hidden">{t("theme")}</span>
        <select
          value={theme}
          onChange={({ target }) => {
            setTheme(target.value);
            applyTheme(target.value);
          }}
        >
          {THEMES.map((name) => (
            <option key={name} value={name}>
              {t(`theme.${name}`)}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span className="hidden">{t("language")}</span>
        <select value={language} onChange={({ target }) => choose(target.value)}>
          {LANGUAGES.map((code) => (
            <option key={code} value={code} lang={code}>
              {new Intl.DisplayNames([code], { type: "language" }).of(code)}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
