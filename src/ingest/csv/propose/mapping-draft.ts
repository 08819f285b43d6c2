/** A mapping as text, line by line: what was guessed stands beside what it was guessed from. */

/** How much a guess may be trusted. */
export type Confidence = "sure" | "likely" | "guess";

export class MappingDraft {
  readonly #lines: string[] = [];
  readonly counts: Record<Confidence, number> = { sure: 0, likely: 0, guess: 0 };

  line(depth: number, text: string): void {
    this.#lines.push(`${"  ".repeat(depth)}${text}`);
  }

  /** @param why what the guess rests on */
  guess(depth: number, text: string, confidence: Confidence, why: string): void {
    this.counts[confidence] += 1;
    this.#lines.push(`${"  ".repeat(depth)}${text} # ${confidence}: ${oneLine(why)}`);
  }

  comment(depth: number, text: string): void {
    this.#lines.push(`${"  ".repeat(depth)}# ${oneLine(text)}`);
  }

  toString(): string {
    return `${this.#lines.join("\n")}\n`;
  }
}

/** A scalar that YAML reads back as the same text, whatever is in it. */
export function quoted(text: string): string {
  return /^[A-Za-z][A-Za-z0-9_./-]*$/.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text)
    ? text
    : JSON.stringify(text);
}

export function list(texts: readonly string[]): string {
  return `[${texts.map((text) => JSON.stringify(text)).join(", ")}]`;
}

/** `{a: b, c: d}` */
export function inline(entries: Readonly<Record<string, string | number>>): string {
  const parts = Object.entries(entries).map(
    ([key, value]) => `${quoted(key)}: ${typeof value === "number" ? value : quoted(value)}`,
  );
  return `{ ${parts.join(", ")} }`;
}

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]+/gu, " ");
}
