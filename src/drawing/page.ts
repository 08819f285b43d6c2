/** The page around the sections: self-contained, with a way to skip to each section, and no script. */
import { chartDefinitions } from "./chart-definitions.ts";
import { type Markup, markup, styleElement } from "./markup.ts";
import { STYLE } from "./style.ts";

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly content: Markup;
}

export function page(title: string, head: Markup, sections: readonly Section[]): string {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
${styleElement(STYLE)}
</head>
<body>
<a class="skip" href="#content">Skip to the figures</a>
${chartDefinitions()}
${head}
<nav aria-label="Sections"><ol>${sections.map(({ id, title: name }) => markup`<li><a href="#${id}">${name}</a></li>`)}</ol></nav>
<main id="content">
${sections.map(
  ({ id, title: name, content }) =>
    markup`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${name}</h2>${content}</section>
`,
)}</main>
<footer><p>Made by Longitude from the site's own records. For research and evaluation; nothing in it is advice about a patient.</p></footer>
</body>
</html>
`.html;
}
