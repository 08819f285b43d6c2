/** Codes of diagnostic support: changes of a record, files of tests and panels. */
import { define } from "./define.ts";

export const REASONING_CHANGE = define(
  "REASONING_CHANGE",
  2,
  400,
  "Write the change as `SYSTEM/code`, `SYSTEM/code=value unit` or with a time before, `...@-90d`; docs/guides/reasoning.md has examples.",
);
