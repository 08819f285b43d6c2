/**
 * Plain text of HTML: blocks become lines, scripts and styles go, entities are resolved.
 * One pass without backtracking, so that a hostile page costs no more than its length.
 */
import { ENTITY, entityText } from "./html-entity.ts";

const BLOCKS: ReadonlySet<string> = new Set(
  "p div br tr li ul ol table h1 h2 h3 h4 h5 h6 section article header footer blockquote pre hr paragraph item text title".split(
    " ",
  ),
);
const HIDDEN: ReadonlySet<string> = new Set(["script", "style", "head"]);
const CELLS: ReadonlySet<string> = new Set(["td", "th"]);
export function plainTextOf(html: string): string {
  let out = "";
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf("<", at);
    if (open < 0) {
      out += html.slice(at);
      break;
    }
    out += html.slice(at, open);
    if (html.startsWith("<!--", open)) {
      const end = html.indexOf("-->", open + 4);
      at = end < 0 ? html.length : end + 3;
      continue;
    }
    // "5 < 7" is no tag.
    if (!/[a-zA-Z/!?]/.test(html[open + 1] ?? "")) {
      out += "<";
      at = open + 1;
      continue;
    }
    const close = html.indexOf(">", open);
    if (close < 0) {
      out += html.slice(open);
      break;
    }
    const name = /^\/?([a-zA-Z][a-zA-Z0-9]*)/
      .exec(html.slice(open + 1, Math.min(close, open + 40)))?.[1]
      ?.toLowerCase();
    at = close + 1;
    if (name === undefined) continue;
    if (HIDDEN.has(name) && html[open + 1] !== "/" && html[close - 1] !== "/") {
      at = afterHidden(html, name, at);
    } else if (BLOCKS.has(name)) out += "\n";
    else if (CELLS.has(name)) out += " ";
  }
  return entitiesResolved(out)
    .split("\n")
    .map((line) => line.replace(/[ \t\r\f\v]+/g, " ").trim())
    .filter((line) => line !== "")
    .join("\n");
}

function afterHidden(html: string, name: string, from: number): number {
  const end = new RegExp(`</${name}[^>]{0,40}>`, "gi");
  end.lastIndex = from;
  return end.exec(html) === null ? html.length : end.lastIndex;
}

function entitiesResolved(text: string): string {
  return text.replace(ENTITY, (whole, name: string) => entityText(name) ?? whole);
}
