/** Errors of src/terminology. */
import { define } from "./define.ts";

export const TERMINOLOGY_FILE = define(
  "TERMINOLOGY_FILE",
  2,
  422,
  "Name the folder of an unpacked release under `terminology.files`, with the files of docs/guides/terminology.md in it.",
);
