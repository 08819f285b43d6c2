/** Who asks: a client of an institution, with what it may do. */
export interface Principal {
  readonly tenant: string;
  readonly client: string;
  /** SMART scopes, v2. */
  readonly scopes: readonly string[];
}

/** Whoever sits at this machine, where no client is configured. */
export const LOCAL: Principal = { tenant: "local", client: "local", scopes: ["system/*.cruds"] };
