/** The `privacy:` section of longitude.yaml: under which rule records are de-identified, and where the identified zone is. */
import { z } from "zod";
import { CENSUSES } from "./profile/zip3.ts";
import { RENDERINGS } from "./text/render-note.ts";

export const PROFILES = ["safe-harbor", "expert-determination", "limited-data-set"] as const;
export type ProfileName = (typeof PROFILES)[number];
export const QUASI_IDENTIFIERS = ["sex", "birth", "race", "ethnicity", "zip3", "death"] as const;
export type QuasiIdentifier = (typeof QUASI_IDENTIFIERS)[number];

const isoDate = z.string().regex(/^\d{4}-\d\d-\d\d$/, "a date such as 2026-01-31");

export const privacySchema = z.strictObject({
  /** The rule: 45 CFR 164.514(b)(2), (b)(1) or (e). */
  profile: z.enum(PROFILES),
  /** Folder of the identified zone: linkage table, keys, sealed records. Relative to longitude.yaml. */
  zone: z.string().min(1).default("identified"),
  /** Who holds the master key. Left out: a file in the zone. */
  keys: z
    .union([
      z.strictObject({
        /** A key file elsewhere, of mode 0600. */
        file: z.string().min(1),
      }),
      z.strictObject({
        /** A program that talks to a key service, and its arguments; `wrap` or `unwrap` is added as the last one. */
        command: z.tuple([z.string().min(1)], z.string()),
      }),
    ])
    .optional(),
  /** Expert Determination: how far a person's dates move. */
  dateShift: z
    .strictObject({
      /** At most so many days, either way. */
      days: z.int().min(30).max(3650).default(365),
      /** What of the calendar stays: nothing, the day of the week, or day of the week and season (within five weeks). */
      keep: z.enum(["nothing", "weekday", "season"]).default("nothing"),
    })
    .prefault({}),
  /** Geography that stays, as a static event: nothing, or the first three digits of the ZIP code. */
  geography: z.enum(["none", "zip3"]).default("none"),
  /** Which census tells the three-digit ZIP codes with 20,000 inhabitants or fewer. */
  census: z.enum(CENSUSES).default("either"),
  /** What of a text stands in the place of an identifier; `drop` leaves texts out. */
  notes: z.enum([...RENDERINGS, "drop"]).default("tag"),
  /** Expert Determination: what a stranger may know of somebody. */
  quasiIdentifiers: z.array(z.enum(QUASI_IDENTIFIERS)).default(["sex", "birth", "race", "ethnicity", "zip3"]),
  /** Expert Determination: no person's risk of being found among the persons of the store may be above it. */
  riskLimit: z.number().gt(0).max(1).default(0.09),
  /** Inhabitants whom the store's persons are taken from, for the journalist's risk; left out: only the store's own. */
  population: z.int().positive().optional(),
  /** Codes of fewer persons become their more general code, or are left out. Safe Harbor: codes of no public system. */
  rareCodes: z.int().min(1).default(5),
  /** Codes, or prefixes ending in `*`, that are left out whatever they are. */
  drop: z.array(z.string().min(1)).default([]),
  /** When the export was made, for ages today. Left out: the last date in it. */
  asOf: isoDate.optional(),
  /** File with identifiers of patients who have opted out, one a line. Relative to longitude.yaml. */
  optOuts: z.string().min(1).optional(),
});

export type PrivacyConfig = z.output<typeof privacySchema>;
