/** What a site says about the units of its codes. */
import { z } from "zod";

export const unitsSchema = z
  .record(
    z.string().min(1),
    z.strictObject({
      /** The one unit, in UCUM, in which the values of the code are kept; left out: as the table of analytes says, else the most frequent one. */
      unit: z.string().min(1).optional(),
      /** g/mol; without it mass and amount of substance do not convert into each other. */
      molarMass: z.number().positive().optional(),
      /** Lowest value that can be true, in the unit. */
      low: z.number().optional(),
      /** Highest value that can be true, in the unit. */
      high: z.number().optional(),
    }),
  )
  .default({});

export type UnitsConfig = z.output<typeof unitsSchema>;
