/**
 * Looks an XML document through before it is parsed: well-formed in its tags, no DTD, not deeper than any document.
 * One pass without backtracking, so that a hostile document costs no more than its length.
 */
const MAX_DEPTH = 200;
const NAME = /[^\s/>]+/y;

/** Null when there is nothing against it. */
export function faultOfXml(xml: string): "malformed" | "hostile" | null {
  const open: string[] = [];
  let roots = 0;
  for (let at = xml.indexOf("<"); at >= 0; at = xml.indexOf("<", at)) {
    if (open.length === 0 && roots > 0 && /\S/.test(between(xml, at))) return "malformed";
    if (xml.startsWith("<!--", at)) at = after(xml, "-->", at + 4);
    else if (xml.startsWith("<![CDATA[", at)) at = open.length === 0 ? -1 : after(xml, "]]>", at + 9);
    else if (xml.startsWith("<?", at)) at = after(xml, "?>", at + 2);
    else if (xml.startsWith("<!", at)) return "hostile";
    else {
      const end = tagEnd(xml, at + 1);
      if (end < 0) return "malformed";
      const closes = xml[at + 1] === "/";
      NAME.lastIndex = closes ? at + 2 : at + 1;
      const name = NAME.exec(xml)?.[0];
      if (name === undefined || NAME.lastIndex > end) return "malformed";
      if (closes) {
        if (open.pop() !== name) return "malformed";
      } else {
        if (open.length === 0) roots += 1;
        if (xml[end - 1] !== "/") open.push(name);
        if (open.length > MAX_DEPTH) return "hostile";
      }
      at = end + 1;
    }
    if (at < 0) return "malformed";
  }
  const trailing = /\S/.test(xml.slice(xml.lastIndexOf(">") + 1));
  return open.length === 0 && roots === 1 && !trailing ? null : "malformed";
}

/** Text between the last tag and this one, outside of the root. */
function between(xml: string, at: number): string {
  return xml.slice(xml.lastIndexOf(">", at) + 1, at);
}

function after(xml: string, end: string, from: number): number {
  const found = xml.indexOf(end, from);
  return found < 0 ? -1 : found + end.length;
}

/** The `>` that ends a tag; one inside of quotes does not. */
function tagEnd(xml: string, from: number): number {
  let quote = "";
  for (let i = from; i < xml.length; i++) {
    const mark = xml[i]!;
    if (quote !== "") {
      if (mark === quote) quote = "";
    } else if (mark === '"' || mark === "'") quote = mark;
    else if (mark === ">") return i;
    else if (mark === "<") return -1;
  }
  return -1;
}
