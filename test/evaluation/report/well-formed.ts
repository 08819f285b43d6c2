/** Checks that every element of a page is closed in order; enough of HTML to find a torn tag. */
const VOID = new Set(["meta", "col", "br", "link", "hr", "img", "input"]);

/** @returns what is wrong, empty when nothing is */
export function faultsOf(html: string): string[] {
  const faults: string[] = [];
  const open: string[] = [];
  const body = html.replace(/<style>[\s\S]*?<\/style>/g, "").replace(/<!doctype html>/i, "");
  const pattern = /<(\/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s+[a-zA-Z][a-zA-Z0-9:-]*(?:="[^"<>]*")?)*)\s*(\/?)>/g;
  for (const [, closing, name = "", , selfClosed] of body.matchAll(pattern)) {
    if (closing === "") {
      if (selfClosed === "" && !VOID.has(name)) open.push(name);
    } else if (open.at(-1) === name) open.pop();
    else faults.push(`</${name}> where </${open.at(-1) ?? "nothing"}> was due`);
  }
  if (open.length > 0) faults.push(`never closed: ${open.join(", ")}`);
  const torn = body.replace(pattern, "").match(/[<>]/g);
  if (torn !== null) faults.push(`${torn.length} angle brackets outside of elements`);
  return faults;
}
