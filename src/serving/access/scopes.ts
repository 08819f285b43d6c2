/** SMART scopes, version 2: `system/Type.cruds`; the old `.read`, `.write` and `.*` are read as their like. */
export type Permission = "c" | "r" | "u" | "d" | "s";

interface Scope {
  readonly type: string;
  readonly permissions: ReadonlySet<string>;
  readonly query: string;
}

const V1: Readonly<Record<string, string>> = { read: "rs", write: "cud", "*": "cruds" };

/** Null when it is no scope of a system. Permissions stand in the order c, r, u, d, s. */
export function parseScope(text: string): Scope | null {
  const match = /^system\/(\*|[A-Za-z][A-Za-z-]{0,63})\.([a-z*]+)(\?[^\s]{1,200})?$/.exec(text);
  if (match === null) return null;
  const written = match[2] as string;
  const permissions = V1[written] ?? written;
  if (!/^c?r?u?d?s?$/.test(permissions) || permissions === "") return null;
  return { type: match[1] as string, permissions: new Set(permissions), query: match[3] ?? "" };
}

/** A scope that is narrowed by a query covers nothing here: what is asked is never narrowed so. */
export function covers(granted: readonly string[], type: string, permission: Permission): boolean {
  return granted.some((text) => {
    const scope = parseScope(text);
    return (
      scope !== null &&
      scope.query === "" &&
      (scope.type === "*" || scope.type === type) &&
      scope.permissions.has(permission)
    );
  });
}

/** Those of the asked scopes that lie wholly within the allowed ones, once each. */
export function granted(asked: readonly string[], allowed: readonly string[]): string[] {
  return [...new Set(asked)].filter((text) => {
    const scope = parseScope(text);
    if (scope === null) return false;
    return [...scope.permissions].every((permission) =>
      allowed.some((other) => {
        const limit = parseScope(other);
        return (
          limit !== null &&
          (limit.type === "*" || limit.type === scope.type) &&
          limit.permissions.has(permission) &&
          (limit.query === "" || limit.query === scope.query)
        );
      }),
    );
  });
}
