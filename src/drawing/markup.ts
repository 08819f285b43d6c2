/**
 * HTML and SVG as a tagged template. Everything interpolated is escaped unless it is markup itself, so text that comes
 * from data cannot become an element or leave an attribute.
 * Invariant: a `Markup` is only made here, from literal text and escaped values.
 */

export type Content = Markup | string | number | null | false | readonly Content[];

export class Markup {
  constructor(readonly html: string) {}

  toString(): string {
    return this.html;
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** `null` and `false` leave nothing; an array is joined. */
export function markup(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  let html = parts[0] ?? "";
  for (const [i, value] of values.entries()) html += textOf(value) + (parts[i + 1] ?? "");
  return new Markup(html);
}

/** The style sheet is written here and holds no data; `<style>` knows no entities. */
export function styleElement(css: string): Markup {
  return new Markup(`<style>${css}</style>`);
}

function textOf(value: Content): string {
  if (value === null || value === false) return "";
  if (value instanceof Markup) return value.html;
  if (typeof value === "number" || typeof value === "string") {
    return String(value).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
  }
  return value.map(textOf).join("");
}
