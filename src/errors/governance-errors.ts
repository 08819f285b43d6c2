/** Codes of gates, approvals and releases. */
import { define } from "./define.ts";

export const GATES_INVALID = define(
  "GATES_INVALID",
  2,
  400,
  "Correct the named gate in gates.yaml; docs/reference/gates.md lists what a gate can say.",
);
export const GOVERNANCE_FILE = define(
  "GOVERNANCE_FILE",
  2,
  400,
  "Correct the named file of the site's governance folder, or restore it; docs/guides/release.md shows its shape.",
);
export const GOVERNANCE_PERSON = define(
  "GOVERNANCE_PERSON",
  2,
  403,
  "Name a person of governance/people.yaml who has the role, and sign with the key whose public half stands there.",
);
export const APPROVAL_REFUSED = define(
  "APPROVAL_REFUSED",
  2,
  403,
  "A release needs two people in two roles (clinical, technical); neither may have trained the model, and one person approves once.",
);
export const VERDICT_STALE = define(
  "VERDICT_STALE",
  4,
  409,
  "Run `longitude gate` again: the verdict judged other evidence, another model or other gates than those at hand.",
);
export const WAIVER_INVALID = define(
  "WAIVER_INVALID",
  2,
  400,
  "A waiver names a gate that failed, a person of the governance role, a reason, and a last day that is not past.",
);
export const RELEASE_DAMAGED = define(
  "RELEASE_DAMAGED",
  4,
  409,
  "Do not use this folder: take the release again from where it was made, and find out who changed it.",
);
export const RELEASE_READS_NOTES = define(
  "RELEASE_READS_NOTES",
  2,
  409,
  "Serve a release whose model was built without `tokens.notes`: records that arrive at a server come without de-identified notes, and the evidence of this one rests on them.",
);
export const STATEMENT_TIME = define(
  "STATEMENT_TIME",
  2,
  409,
  "Sign it anew now: what is recorded bears the time at which it was signed.",
);
export const CLOCK_SET_BACK = define(
  "CLOCK_SET_BACK",
  4,
  409,
  "Set the clock of this machine right: it stands before what the site has already recorded, and dates of waivers and reviews would count again.",
);
export const CHANGE_PLAN_INVALID = define(
  "CHANGE_PLAN_INVALID",
  2,
  400,
  "Correct the named key of governance/change-plan.yaml; docs/guides/release.md shows its shape.",
);
export const RELEASES_NOT_COMPARABLE = define(
  "RELEASES_NOT_COMPARABLE",
  4,
  409,
  "Two releases are compared on persons whom both have forecast: build the site that made them, so that both forecasts lie under its artefacts.",
);
export const RELEASE_MISSING = define(
  "RELEASE_MISSING",
  4,
  404,
  "List the releases with `longitude registry`, and name one of them.",
);
export const RELEASE_FORBIDDEN = define(
  "RELEASE_FORBIDDEN",
  4,
  403,
  "The message says what is missing: a passed gate, an approval, or a date that has passed. Nobody serves a release past it.",
);
export const SILENT_EVIDENCE_MISSING = define(
  "SILENT_EVIDENCE_MISSING",
  4,
  403,
  "Let the release run silently until enough has matured (`longitude monitor` tells how much), or sign a waiver of the gate silent-evidence.",
);
export const MODEL_AFFECTED = define(
  "MODEL_AFFECTED",
  4,
  403,
  "Train anew without these persons (`longitude build`) and release that model; `longitude models affected-by` lists what is marked.",
);
