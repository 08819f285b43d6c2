/**
 * What people may do: each role as SMART scopes, and the purposes for which it may look at records.
 * Invariant: `patient/` scopes count for the launch's patient and broken glass alone; `user/` ones for the worklist of a unit of
 * the person's own alone, and for nobody's record.
 */
export const PERSON_ROLES = ["administrator", "clinician", "reviewer", "analyst", "auditor"] as const;
export type PersonRole = (typeof PERSON_ROLES)[number];

/** HL7 v3 PurposeOfUse: treatment, operations, quality, research; ETREAT is what break-glass brings. */
export const PURPOSES = ["TREAT", "HOPERAT", "HQUALIMP", "HRESCH"] as const;
export type Purpose = (typeof PURPOSES)[number];

interface Rights {
  readonly scopes: readonly string[];
  readonly purposes: readonly Purpose[];
}

export const RIGHTS: Readonly<Record<PersonRole, Rights>> = {
  administrator: {
    scopes: ["system/Device.r", "system/Metrics.r", "system/Stage.u"],
    purposes: ["HOPERAT", "HQUALIMP"],
  },
  clinician: {
    scopes: ["system/Device.r", "patient/RiskAssessment.rs", "user/RiskAssessment.s"],
    purposes: ["TREAT", "HQUALIMP"],
  },
  reviewer: { scopes: ["system/Device.r"], purposes: ["HQUALIMP"] },
  analyst: { scopes: ["system/Device.r", "system/Metrics.r"], purposes: ["HQUALIMP", "HRESCH"] },
  auditor: { scopes: ["system/AuditEvent.r", "system/Device.r", "system/Metrics.r"], purposes: ["HOPERAT"] },
};

/** Roles that may look at a patient's record at all, and hence break the glass. */
export function seesPatients(roles: readonly PersonRole[]): boolean {
  return scopesOf(roles).some((scope) => scope.startsWith("patient/RiskAssessment."));
}

/** Roles that may read what was shown in a unit, across its patients. */
export function readsUnits(roles: readonly PersonRole[]): boolean {
  return scopesOf(roles).includes("user/RiskAssessment.s");
}

export function scopesOf(roles: readonly PersonRole[]): string[] {
  return [...new Set(roles.flatMap((role) => RIGHTS[role].scopes))];
}

export function purposesOf(roles: readonly PersonRole[]): Purpose[] {
  return PURPOSES.filter((purpose) => roles.some((role) => RIGHTS[role].purposes.includes(purpose)));
}

/**
 * Roles that claims give by the site's map.
 * @param path of the claim, with dots between its parts: `realm_access.roles`
 * @param map value of the claim → roles
 */
export function rolesFromClaims(
  claims: Readonly<Record<string, unknown>>,
  path: string,
  map: Readonly<Record<string, readonly PersonRole[]>>,
): PersonRole[] {
  const roles = fromClaims(claims, path, map);
  return PERSON_ROLES.filter((role) => roles.includes(role));
}

/** Stands for every unit, and for requests that name none. */
export const EVERY_UNIT = "*";

/** Units that claims give by the site's map, as `rolesFromClaims`; sorted, `*` alone where it is among them. */
export function unitsFromClaims(...from: Parameters<typeof fromClaims<string>>): string[] {
  const units = [...new Set(fromClaims(...from))].sort();
  return units.includes(EVERY_UNIT) ? [EVERY_UNIT] : units;
}

function fromClaims<T>(
  claims: Readonly<Record<string, unknown>>,
  path: string,
  map: Readonly<Record<string, readonly T[]>>,
): T[] {
  // A claim's own name may have dots, as addresses do: it is looked up whole first.
  const whole = Object.hasOwn(claims, path) ? claims[path] : undefined;
  const value = whole ?? path.split(".").reduce<unknown>((at, key) => own(at, key), claims);
  const values = Array.isArray(value) ? value : typeof value === "string" ? value.split(" ") : [];
  return values.flatMap((one) =>
    typeof one === "string" && Object.hasOwn(map, one) ? (map[one] ?? []) : [],
  );
}

function own(of: unknown, key: string): unknown {
  return typeof of === "object" && of !== null && Object.hasOwn(of, key)
    ? (of as Record<string, unknown>)[key]
    : undefined;
}
