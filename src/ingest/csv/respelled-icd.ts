/**
 * ICD codes as spreadsheets leave them, respelled as the code systems print them: the zeros in front that a number
 * lost (`8` → `008`), and the point (`E119` → `E11.9`, `25083` → `250.83`).
 * Invariant: a code that is already well spelled stays as it is.
 */
export type IcdFormat = "icd9cm" | "icd10cm";

export function respelledIcd(text: string, format: IcdFormat | null): string {
  if (format === null) return text;
  const code = text.toUpperCase();
  const [head, tail] = code.split(".") as [string, string | undefined];
  if (format === "icd10cm") return pointed(code, 3);
  if (/^\d/.test(head)) {
    // Without a point, more than three digits hold the decimals too.
    if (tail === undefined && head.length > 3) return pointed(head, 3);
    return tail === undefined ? head.padStart(3, "0") : `${head.padStart(3, "0")}.${tail}`;
  }
  return pointed(code, code.startsWith("E") ? 4 : 3);
}

function pointed(code: string, category: number): string {
  return code.includes(".") || code.length <= category
    ? code
    : `${code.slice(0, category)}.${code.slice(category)}`;
}
