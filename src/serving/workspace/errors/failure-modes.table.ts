/** Why a forecast was wrong, as reviewers tag it. Codes are stored: one is never used for something else. Words: `errors.json`. */
export const FAILURE_MODES = [
  { code: "short-record" },
  { code: "late-coding" },
  { code: "label-wrong" },
  { code: "signal-missed" },
  { code: "sudden" },
  { code: "treated" },
  { code: "other-death" },
  { code: "after-horizon" },
  { code: "mixed-records" },
  { code: "other" },
] as const;
