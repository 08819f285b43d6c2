/** Errors of `src/privacy`: the identified zone, de-identification of records, proof and consent. */
import { define } from "./define.ts";

export const ZONE_MISSING = define(
  "ZONE_MISSING",
  2,
  404,
  "Make the identified zone with `longitude privacy init --site DIR`, or correct privacy.zone in longitude.yaml.",
);
export const ZONE_EXISTS = define(
  "ZONE_EXISTS",
  2,
  409,
  "A zone is never overwritten: its linkage table and keys cannot be made again. Use it, or name another folder.",
);
export const ZONE_DAMAGED = define(
  "ZONE_DAMAGED",
  4,
  500,
  "Restore the identified zone from its backup; nothing was changed.",
);
export const ZONE_FOREIGN = define(
  "ZONE_FOREIGN",
  4,
  409,
  "The file belongs to the zone of another site. Put back this site's own file, or name the right zone.",
);
export const ZONE_KEY_MISSING = define(
  "ZONE_KEY_MISSING",
  4,
  503,
  "Bring the master key back from its backup (privacy.keys). Without it nothing in the zone can be read; nothing was changed.",
);
export const ZONE_KEY_WRONG = define(
  "ZONE_KEY_WRONG",
  4,
  403,
  "The key at hand is not the one that the zone was sealed with. Name the right key file or key service in privacy.keys.",
);
export const ZONE_KEY_EXPOSED = define(
  "ZONE_KEY_EXPOSED",
  4,
  403,
  "Take the key file away from others (chmod 600) and, if somebody may have read it, rotate: `longitude privacy rotate`.",
);
export const KEY_SERVICE = define(
  "KEY_SERVICE",
  4,
  502,
  "Look at what privacy.keys.command answers; docs/guides/privacy.md shows what is sent and expected.",
);
export const SEALED_DAMAGED = define(
  "SEALED_DAMAGED",
  4,
  422,
  "The sealed file was changed or cut short. Restore it from the backup, and find out who touched it; nothing was read from it.",
);
export const RESIDUAL_IDENTIFIERS = define(
  "RESIDUAL_IDENTIFIERS",
  3,
  422,
  "Nothing was published. See docs/guides/privacy.md: add the place to privacy.drop or report the case without the values.",
);
export const RISK_OVER_LIMIT = define(
  "RISK_OVER_LIMIT",
  3,
  422,
  "Generalise more (privacy.quasiIdentifiers), raise the number of persons, or have the expert set another privacy.riskLimit.",
);
export const PRIVACY_NOT_CONFIGURED = define(
  "PRIVACY_NOT_CONFIGURED",
  2,
  400,
  "Add a `privacy:` section to longitude.yaml; docs/guides/privacy.md shows one.",
);
export const OPT_OUT_LIST = define(
  "OPT_OUT_LIST",
  2,
  400,
  "Give a text file with one identifier of a patient a line, as the export writes it; lines that begin with # are comments.",
);

export const BREAK_GLASS_REFUSED = define(
  "BREAK_GLASS_REFUSED",
  2,
  403,
  "Open a grant first: `longitude privacy break-glass` with --person, --reason (at least ten characters) and --minutes.",
);
export const SUBJECT_UNKNOWN_IN_ZONE = define(
  "SUBJECT_UNKNOWN_IN_ZONE",
  2,
  404,
  "Check the subject key and that the zone is the one that made it.",
);
export const PRIVACY_REPORT_MISSING = define(
  "PRIVACY_REPORT_MISSING",
  4,
  404,
  "Add a `privacy:` section to longitude.yaml and build the records anew; only de-identified records can be proven.",
);
export const PROOF_INVALID = define(
  "PROOF_INVALID",
  4,
  422,
  "Make the proof anew with `longitude privacy proof --site DIR`; do not release what rests on this one.",
);
export const REVIEW_FILE = define(
  "REVIEW_FILE",
  3,
  422,
  "Return the reviewed sample as it was written, with a number in place of null in `missed` of every line.",
);
export const PERSON_REMAINS = define(
  "PERSON_REMAINS",
  3,
  409,
  "Run `longitude privacy forget --site DIR` again without --check; if rows remain, remove the named folder by hand.",
);
export const NOTE_UNKNOWN = define(
  "NOTE_UNKNOWN",
  2,
  409,
  "Ask for the next text again: the site has read newer records since.",
);
