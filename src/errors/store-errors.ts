/** Codes of datasets that change: increments, and persons who are removed. */
import { define } from "./define.ts";

export const FORGET_NOBODY = define(
  "FORGET_NOBODY",
  2,
  400,
  "Write the identifiers of the persons, one a line, into the file that --list names.",
);
export const FORGET_NOBODY_LEFT = define(
  "FORGET_NOBODY_LEFT",
  3,
  409,
  "Delete the dataset's folder instead; a dataset has at least one person.",
);
export const FORGET_INCOMPLETE = define(
  "FORGET_INCOMPLETE",
  4,
  500,
  "Nothing was changed. Report it with the output of `longitude forget --check`, without patient data.",
);
export const FORGET_FOUND = define(
  "FORGET_FOUND",
  3,
  409,
  "Run `longitude forget` with the same list; where an old state is still read, wait until its reader has ended and run it again.",
);
export const APPEND_IMPOSSIBLE = define(
  "APPEND_IMPOSSIBLE",
  3,
  409,
  "Only FHIR can be appended, to a dataset that this version ingested from FHIR (it has a `ledger/` folder); else ingest everything again with --overwrite.",
);
