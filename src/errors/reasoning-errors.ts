/** Codes of diagnostic support: changes of a record, files of tests and panels. */
import { define } from "./define.ts";

export const REASONING_CHANGE = define(
  "REASONING_CHANGE",
  2,
  400,
  "Write the change as `SYSTEM/code`, `SYSTEM/code=value unit` or with a time before, `...@-90d`; docs/guides/reasoning.md has examples.",
);
export const REASONING_FILE = define(
  "REASONING_FILE",
  2,
  422,
  "Write the named file as docs/guides/reasoning.md has it (`reasoning/tests.yaml`, `reasoning/panels.yaml`), or name another one.",
);
export const REASONING_TOO_FEW = define(
  "REASONING_TOO_FEW",
  3,
  409,
  "Ask for a longer horizon, or build the site from more persons: a stated coverage needs persons to be calibrated on.",
);
