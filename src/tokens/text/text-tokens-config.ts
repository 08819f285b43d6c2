/** Texts and their vocabulary: the part of the `language:` section that says what is read. */
import { z } from "zod";
import { textSourceSchema } from "./text-sources.ts";

export const textTokensSchema = z.strictObject({
  /** What the language model reads, one after the other. */
  sources: z.array(textSourceSchema).min(1),
  /** Byte-pair tokens learned on the training texts; the first 256 are the bytes. */
  vocabulary: z.int().min(256).max(65_536).default(4096),
  /** A pair of neighbours seen less often becomes no token. */
  minimumCount: z.int().min(2).default(5),
});

export type TextTokensConfig = z.output<typeof textTokensSchema>;
