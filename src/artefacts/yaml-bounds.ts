/**
 * Tells a YAML text that no person wrote before it is parsed: the parser takes time with the square of the depth, a text of a
 * few thousand brackets exhausts the memory of the whole process, and each of a hundred thousand faults is an error with a
 * picture of its line. Real files stay below ten levels and a tenth of the size.
 */
const MAX_CHARACTERS = 256 * 1024;
const MAX_DEPTH = 64;
/** Levels that are written in one line: `- - - x`, `? ? x`. */
const MANY_MARKS = new RegExp(`(?:[-?:][ \\t]+){${MAX_DEPTH}}`);

/** Whether the text is larger or nested deeper than any configuration is; brackets in texts count too. */
export function yamlOutOfBounds(text: string): boolean {
  if (text.length > MAX_CHARACTERS || MANY_MARKS.test(text)) return true;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 91 || unit === 123) {
      if (++depth > MAX_DEPTH) return true;
    } else if ((unit === 93 || unit === 125) && depth > 0) depth--;
  }
  return indentedDeeper(text, MAX_DEPTH);
}

/** Whether lines are indented ever deeper, level after level. */
function indentedDeeper(text: string, levels: number): boolean {
  const open: number[] = [];
  for (const [, blank] of text.matchAll(/^([ ]*)[^ \r\n]/gm)) {
    const indent = blank!.length;
    while (open.length > 0 && open.at(-1)! >= indent) open.pop();
    open.push(indent);
    if (open.length > levels) return true;
  }
  return false;
}
