/** Codes of the server in the page's language: stages, verdicts, reasons, gates and the like. */
import { useCallback } from "react";
import english from "../../languages/en/codes.json";
import { useTexts } from "./texts.ts";

type Kind = "stage" | "verdict" | "sex" | "specialty" | "reason" | "rule" | "gate" | "model";

/** @returns what a code is called; `otherwise`, or the code, where it is of the site's own making */
export function useCodes(): (kind: Kind, code: string, otherwise?: string) => string {
  const t = useTexts("codes", english);
  return useCallback(
    (kind, code, otherwise = code) => {
      const key = `${kind}.${code}`;
      return key in english ? t(key as keyof typeof english) : otherwise;
    },
    [t],
  );
}
