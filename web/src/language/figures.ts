/**
 * Figures of `src/drawing/number-text.ts` with the words between them in the page's language, and spans of time.
 * Invariant: the language is set before a screen that is in it is drawn; each is drawn anew when it changes, as its own words are.
 */
import * as written from "../../../src/drawing/number-text.ts";
import english from "../../languages/en/figures.json";
import { type Texts, type Translations, textsOf } from "./texts.ts";

const DAYS_PER_YEAR = 365.25;

let t: Texts<typeof english> = textsOf("figures", english, { language: "en", tables: {} });

export function sayFiguresIn(translations: Translations): void {
  t = textsOf("figures", english, translations);
}

/** `0.743 (0.701 to 0.785)` */
export function estimateText(...of: Parameters<typeof written.estimateText>): string {
  return between(written.estimateText(...of));
}

/** `12 % (9 to 15)` */
export function shareText(...of: Parameters<typeof written.shareText>): string {
  return between(written.shareText(...of));
}

/** Two numbers with the word between them. */
function between(text: string): string {
  return text.replace(" to ", ` ${t("to")} `);
}

/** `about 12 of 100`; small risks are counted in 1,000. */
export function naturalFrequency(share: number): string {
  const inHundred = Math.round(100 * share);
  return inHundred >= 3
    ? t("inHundred", { count: inHundred })
    : t("inThousand", { count: Math.round(1000 * share) });
}

/** `5 years`; days below a year. */
export function horizonText(days: number): string {
  const years = days / DAYS_PER_YEAR;
  return years >= 1
    ? t("years", { count: Number(years.toFixed(1)) })
    : t("days", { count: Math.round(days) });
}

/** `5 years` for `5y` and for `5 years`, as tasks and gaps are named; anything else as it is. */
export function horizonWords(name: string): string {
  const [, count, unit] = /^(\d+(?:\.\d+)?) ?(y|d)(?:ears?|ays?)?$/.exec(name) ?? [];
  return unit === undefined ? name : t(unit === "y" ? "years" : "days", { count: Number(count) });
}
