/**
 * The next more general code, where the code's own spelling tells it: for back-off from what is too rare.
 * Invariant: following parents always ends, because each is shorter than its child.
 */
export function parentCode(code: string): string | null {
  const qualified = code.lastIndexOf("//");
  if (qualified > 0 && !/^[A-Z_]+$/.test(code.slice(0, qualified))) return code.slice(0, qualified);
  const slash = code.indexOf("/");
  if (slash <= 0) return null;
  const system = code.slice(0, slash);
  const local = code.slice(slash + 1);
  const parent = PARENT_OF[system]?.(local) ?? null;
  return parent === null ? null : `${system}/${parent}`;
}

const PARENT_OF: Record<string, (code: string) => string | null> = {
  ICD10CM: icdParent,
  ICD10: icdParent,
  ICD9CM: icdParent,
  ATC: atcParent,
};

/** E11.65 → E11.6 → E11: one character less, down to the category. */
function icdParent(code: string): string | null {
  if (!/^[A-Z0-9]{3,4}\.[A-Z0-9]+$/.test(code)) return null;
  return code.slice(0, -1).replace(/\.$/, "");
}

/** Anatomical Therapeutic Chemical levels: A10BA02 → A10BA → A10B → A10 → A. */
function atcParent(code: string): string | null {
  const levels = [1, 3, 4, 5, 7];
  const level = levels.indexOf(code.length);
  return level <= 0 ? null : code.slice(0, levels[level - 1]);
}
