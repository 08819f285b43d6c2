/** Where a site keeps what changes: the `state:` section of longitude.yaml. */
import { z } from "zod";

export const stateSchema = z.strictObject({
  /** `pglite`: embedded, below the site's folder, one process at a time; `postgres`: a PostgreSQL server, many at once. */
  engine: z.enum(["pglite", "postgres"]).default("pglite"),
  /** With `postgres`: name of the environment variable that holds the URL; the URL itself never stands in a file of the site. */
  urlFromEnvironment: z.string().min(1).default("LONGITUDE_STATE_URL"),
  /** With `postgres`: a file (mode 600) that holds the URL; used instead of the environment variable. */
  urlFile: z.string().min(1).optional(),
  /** With `postgres`: the schema that the tables live in; made when it is missing. */
  schema: z
    .string()
    .regex(/^[a-z_][a-z0-9_]{0,62}$/, "lower-case letters, digits and underscores")
    .default("longitude"),
});

export type StateConfig = z.output<typeof stateSchema>;
