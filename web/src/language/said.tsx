/**
 * Sentences that the server says, in the page's language: found by their form in `languages/en/server.json`, which has the server's
 * own words with a name for each value. What has no form there stays as it was said, and is marked as English.
 */
import { useCallback, useContext } from "react";
import english from "../../languages/en/server.json";
import { useCodes } from "./codes.ts";
import { horizonWords } from "./figures.ts";
import { TranslationContext, useTexts } from "./texts.ts";

type Key = keyof typeof english;

const FORMS = Object.entries(english)
  .map(([key, text]) => {
    const names = [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
    const parts = text.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    return { key: key as Key, names, form: new RegExp(`^${parts.join("(.+)")}$`) };
  })
  // The form with more words of its own first.
  .sort((a, b) => english[b.key].length - english[a.key].length);

/** @returns the sentence in the page's language; null where it has no form */
export function useSaid(): (sentence: string) => string | null {
  const t = useTexts("server", english);
  const code = useCodes();
  return useCallback(
    (sentence) => {
      // What only says that there is none.
      const bare = sentence.replace(/^not asked: /, "");
      for (const { key, names, form } of FORMS) {
        const found = form.exec(bare);
        if (found === null) continue;
        const values: Record<string, string> = {};
        for (const [i, name] of names.entries()) {
          const value = found[i + 1] ?? "";
          values[name] =
            name === "stage" || name === "verdict"
              ? code(name, value)
              : name === "span"
                ? horizonWords(value)
                : value;
        }
        return t(key, values);
      }
      return null;
    },
    [t, code],
  );
}

/** As words among others, where nothing can be marked. */
export function useSaidText(): (sentence: string) => string {
  const said = useSaid();
  return useCallback((sentence) => said(sentence) ?? sentence.replace(/^not asked: /, ""), [said]);
}

export function Said({ text }: { readonly text: string }) {
  const said = useSaid()(text);
  return said ?? <English>{text}</English>;
}

/** What is English whatever the page's language is, so that it is read out as such. */
export function English({ children }: { readonly children: string }) {
  const { language } = useContext(TranslationContext);
  return language === "en" ? children : <span lang="en">{children}</span>;
}
