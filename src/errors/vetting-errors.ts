/** Codes of expert vetting: reviewers, claims, signed versions, knowledge. */
import { define } from "./define.ts";

export const VETTING_FILE = define(
  "VETTING_FILE",
  2,
  400,
  "Correct the named file of the site's vetting folder; docs/guides/vetting.md shows its shape.",
);
export const VETTING_KEY_UNKNOWN = define(
  "VETTING_KEY_UNKNOWN",
  4,
  403,
  "Add the reviewer with their public key to reviewers.yaml when you know who it is, or remove the statement.",
);
export const VETTING_SIGNATURE = define(
  "VETTING_SIGNATURE",
  4,
  403,
  "The statement was changed after it was signed: restore the file from a copy, or have the definition vetted again.",
);
export const VETTING_REQUIRED = define(
  "VETTING_REQUIRED",
  2,
  409,
  "Have the named definitions vetted (`longitude vet propose`), or set `vetting.require: false` to run them marked as unvetted.",
);
export const VETTING_EXPIRED = define(
  "VETTING_EXPIRED",
  2,
  409,
  "Have the named definitions reviewed again (`longitude vet propose`), or choose a day of expiry that lies ahead.",
);
export const VETTING_REVIEWER = define(
  "VETTING_REVIEWER",
  2,
  403,
  "Name a reviewer of reviewers.yaml who has the role that this step needs.",
);
export const VETTING_REVIEWED_TWICE = define(
  "VETTING_REVIEWED_TWICE",
  2,
  409,
  "Leave the item to another reviewer: two reviews of one item come from two people, and a review is not changed.",
);
export const VETTING_CLAIM_LOST = define(
  "VETTING_CLAIM_LOST",
  2,
  409,
  "Ask for the next item (`longitude vet next`); this one is with others, or already has its reviews.",
);
export const VETTING_ADJUDICATOR = define(
  "VETTING_ADJUDICATOR",
  2,
  409,
  "Have a third person adjudicate: somebody who has reviewed the item cannot decide between the two reviews.",
);
export const VETTING_ITEM = define(
  "VETTING_ITEM",
  2,
  404,
  "Name an item that `longitude vet list` shows, in the state that this step needs.",
);
export const KNOWLEDGE_INVALID = define(
  "KNOWLEDGE_INVALID",
  3,
  422,
  "Correct the named lines; docs/guides/knowledge.md lists what a statement must have. Nothing was imported.",
);
export const ACES_INVALID = define(
  "ACES_INVALID",
  2,
  400,
  "Correct the task file: predicates, one trigger, windows of which one has `label` and one `index_timestamp`; docs/guides/outcomes.md shows one.",
);
export const ACES_UNSUPPORTED = define(
  "ACES_UNSUPPORTED",
  2,
  400,
  "Say the task without the named construct, or write the outcome in longitude.yaml; docs/guides/outcomes.md lists what has no counterpart.",
);
export const PAIRS_INVALID = define(
  "PAIRS_INVALID",
  2,
  422,
  "Correct the named lines; docs/guides/language.md lists what a pair must have. Nothing was taken.",
);
export const PAIRS_PROVENANCE = define(
  "PAIRS_PROVENANCE",
  3,
  403,
  "Have the pairs vetted and run `longitude vet provenance FILE`, or put them into the site's queue with `longitude vet answers FILE`; docs/guides/language.md shows both.",
);
export const PAIRS_CHANGED = define(
  "PAIRS_CHANGED",
  3,
  409,
  "Take the file that was vetted, or have the changed one vetted and write its provenance anew.",
);
export const PAIRS_NONE = define(
  "PAIRS_NONE",
  3,
  422,
  "Have more pairs vetted; the message counts what was left out and why.",
);
