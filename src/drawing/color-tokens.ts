/**
 * The report's colours, light and dark. Text reaches a contrast of 4.5 and marks of 3 against the paper and the wash;
 * a test computes it.
 */
export type Tokens = Readonly<
  Record<(typeof TEXT_TOKENS)[number] | (typeof MARK_TOKENS)[number] | Ground, string>
>;

type Ground = "paper" | "wash" | "rule" | "grid" | "main-wash";

/** Contrast at least 4.5 on paper and wash. */
export const TEXT_TOKENS = ["ink", "soft", "link", "good", "bad"] as const;

/** Contrast at least 3 on paper and wash. */
export const MARK_TOKENS = ["main", "hazards", "trees", "cox", "logistic", "age", "edge"] as const;

export const LIGHT: Tokens = {
  paper: "#ffffff",
  wash: "#f4f6f8",
  "main-wash": "#e9f1f8",
  rule: "#d3d9e0",
  grid: "#e3e7ec",
  ink: "#15202b",
  soft: "#4b5967",
  link: "#0a5394",
  good: "#17653a",
  bad: "#a32a1f",
  main: "#0a5394",
  hazards: "#b4500b",
  trees: "#27714a",
  cox: "#8a3c86",
  logistic: "#7c6a00",
  age: "#5b6875",
  edge: "#6f7d8b",
};

export const DARK: Tokens = {
  paper: "#10161d",
  wash: "#18202a",
  "main-wash": "#16293b",
  rule: "#34404d",
  grid: "#273240",
  ink: "#e9edf1",
  soft: "#a9b5c1",
  link: "#82bdf2",
  good: "#79cf9b",
  bad: "#f29a8e",
  main: "#6fb3f0",
  hazards: "#f0a05c",
  trees: "#6fc797",
  cox: "#d79ad3",
  logistic: "#d3bf52",
  age: "#9aa8b5",
  edge: "#7f8e9d",
};

export function declarations(tokens: Tokens): string {
  return Object.entries(tokens)
    .map(([name, value]) => `--${name}:${value}`)
    .join(";");
}
