/** Errors of reading C-CDA documents; each refuses one document, which is counted. */
import { define } from "./define.ts";

export const CCDA_MALFORMED = define(
  "CCDA_MALFORMED",
  3,
  422,
  "Export the document again: it is not well-formed XML, not a ClinicalDocument, or names no patient.",
);
export const CCDA_HOSTILE = define(
  "CCDA_HOSTILE",
  3,
  422,
  "Look at where the document comes from: a clinical document has no DTD, declares no entities and nests less than 200 levels.",
);
export const CCDA_OVERSIZE = define(
  "CCDA_OVERSIZE",
  3,
  413,
  "A document of more than 32 MB is no clinical document: look at what was attached to it.",
);
