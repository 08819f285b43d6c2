/** Errors of `longitude pull`, the client for FHIR Bulk Data. */
import { define } from "./define.ts";

export const PULL_OPTIONS = define(
  "PULL_OPTIONS",
  2,
  400,
  "Correct the named option; `longitude pull --help` lists them.",
);
export const PULL_KEY = define(
  "PULL_KEY",
  2,
  400,
  "Name a private key that signs RS384 (RSA, 2048 bits or more) or ES384 (P-384): a JWK, a JWK set or PEM (PKCS #8). `longitude keys --create ES384` makes one.",
);
export const PULL_INSECURE = define(
  "PULL_INSECURE",
  2,
  400,
  "Use https. Plain http is taken for a server on this machine only, and only if it was named so itself.",
);
export const PULL_ORIGIN = define(
  "PULL_ORIGIN",
  3,
  403,
  "If the named host belongs to the server, allow it with --allow-origin; the access token is sent nowhere else.",
);
export const PULL_PROXY = define(
  "PULL_PROXY",
  2,
  502,
  "HTTPS_PROXY names an http proxy that tunnels (CONNECT) to the server's port, with user and password in it where it asks for them; NO_PROXY names hosts that are asked directly.",
);
export const PULL_DISCOVERY = define(
  "PULL_DISCOVERY",
  3,
  502,
  "Check --server (the FHIR base address) or name the token endpoint with --token-url.",
);
export const PULL_REFUSED = define(
  "PULL_REFUSED",
  3,
  401,
  "Have the server's administrator register the client id, the public key (`longitude keys --jwks FILE`) and the scopes.",
);
export const PULL_REQUEST = define(
  "PULL_REQUEST",
  3,
  502,
  "The server does not take the request as it stands: check --level, --group, --type and --type-filter against its CapabilityStatement.",
);
export const PULL_UNAVAILABLE = define(
  "PULL_UNAVAILABLE",
  5,
  503,
  "Run the same command again later: it goes on with the same job and keeps the files that are there.",
);
export const PULL_JOB_FAILED = define(
  "PULL_JOB_FAILED",
  3,
  502,
  "Ask the server's administrator why the export failed; the next run begins a new one.",
);
export const PULL_MANIFEST = define(
  "PULL_MANIFEST",
  3,
  502,
  "The server's manifest is not one of Bulk Data STU 2 to STU 4: report it to the server's administrator.",
);
export const PULL_CONTENT = define(
  "PULL_CONTENT",
  3,
  502,
  "A file is not NDJSON, or not what the manifest says: run the same command again; if it stays so, report it to the server's administrator.",
);
export const PULL_COUNT = define(
  "PULL_COUNT",
  3,
  502,
  "A file has another number of resources than the manifest says, also when fetched again: have the server's administrator look at the export.",
);
export const PULL_SOURCE_MISMATCH = define(
  "PULL_SOURCE_MISMATCH",
  2,
  409,
  "Pull this source into a folder of its own: increments of two sources must not be mixed.",
);
export const PULL_STATE = define(
  "PULL_STATE",
  4,
  500,
  "The folder's own notes (.source.json, .job.json) are damaged: restore them, or pull afresh into another folder.",
);
