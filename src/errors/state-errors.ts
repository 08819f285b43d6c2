/** Codes of the state that changes: users, reviews, approvals, releases, audit. */
import { define } from "./define.ts";

export const STATE_URL_MISSING = define(
  "STATE_URL_MISSING",
  2,
  400,
  "Set the environment variable, or write the key file, that `state:` of longitude.yaml names; it holds the PostgreSQL URL.",
);
export const STATE_UNAVAILABLE = define(
  "STATE_UNAVAILABLE",
  5,
  503,
  "Check that PostgreSQL runs, that the URL is right and that its user may use the schema; then run the same command again: what was recorded once is not recorded twice.",
);
export const STATE_LOCKED = define(
  "STATE_LOCKED",
  5,
  409,
  "Wait for the named process, or keep the state in PostgreSQL (`state:` in longitude.yaml), where many processes work at once.",
);
export const STATE_NEWER = define(
  "STATE_NEWER",
  4,
  409,
  "Use the Longitude that wrote this state, or a newer one; a newer state is never written by an older program.",
);
export const STATE_DAMAGED = define(
  "STATE_DAMAGED",
  4,
  500,
  "Restore the site's `state` folder from a copy; nothing in it was changed by this attempt.",
);
export const AUDIT_ENTRY_INVALID = define(
  "AUDIT_ENTRY_INVALID",
  2,
  400,
  "Name people, objects and reasons by short ids; an audit entry takes no free text but the reason (one line, at most 200 characters).",
);
export const AUDIT_BROKEN = define(
  "AUDIT_BROKEN",
  4,
  500,
  "Keep the database as it is, compare it with the latest backup and the exported anchors, and have your security officer told.",
);
