/** Headers of every answer that keep browsers from doing what nobody asked for. */
export interface HeaderOptions {
  /** Origins whose pages may show ours in a frame. */
  readonly frameAncestors: readonly string[];
  /** Whether browsers come by https. */
  readonly https: boolean;
}

export function securityHeaders({ frameAncestors, https }: HeaderOptions): Readonly<Record<string, string>> {
  const ancestors = frameAncestors.map((address) => new URL(address).origin).join(" ");
  return {
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    "content-security-policy": `default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors ${ancestors === "" ? "'none'" : ancestors}`,
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    // Browsers that do not know frame-ancestors know this one.
    ...(ancestors === "" ? { "x-frame-options": "DENY" } : {}),
    ...(https ? { "strict-transport-security": "max-age=31536000; includeSubDomains" } : {}),
  };
}
