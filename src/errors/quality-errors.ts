/** Errors of src/quality. */
import { define } from "./define.ts";

export const QUALITY_FAILED = define(
  "QUALITY_FAILED",
  3,
  422,
  "Look into the report, put the export or the mapping right, or accept a finding by name, reason and last day under `quality.waivers` in longitude.yaml; `quality.limits` states the limits.",
);
export const QUALITY_PROFILE_INVALID = define(
  "QUALITY_PROFILE_INVALID",
  4,
  500,
  "Remove the named file: without it the import is judged without a previous one.",
);
