/** Errors of handing a model to other tools. */
import { define } from "./define.ts";

export const EXPORT_TOKENIZER = define(
  "EXPORT_TOKENIZER",
  4,
  422,
  "Use the checkpoint's folder itself: transformers and vLLM read its tokenizer.json as it is.",
);
