/** Where a site keeps what its experts have vetted: the `vetting:` section of longitude.yaml. */
import { z } from "zod";

export const vettingSchema = z.strictObject({
  /** Folder with reviewers.yaml, vetted.ndjson and knowledge.ndjson, relative to longitude.yaml. */
  folder: z.string().min(1).default("vetting"),
  /** Refuse to build with an outcome that is unvetted, changed since, or past its expiry; else it runs, marked on every page. */
  require: z.boolean().default(false),
});

export type VettingConfig = z.output<typeof vettingSchema>;
