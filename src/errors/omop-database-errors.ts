/** Errors of reading OMOP tables from a live PostgreSQL. */
import { define } from "./define.ts";

export const OMOP_ADDRESS = define(
  "OMOP_ADDRESS",
  2,
  400,
  "Write --input as postgres://USER@HOST:PORT/DATABASE without a password: it comes from PGPASSFILE (~/.pgpass) or PGPASSWORD. `longitude build` reads files: ingest the database first and name that dataset.",
);
export const OMOP_CONNECT = define(
  "OMOP_CONNECT",
  3,
  502,
  "Check the address, the user's password (PGPASSFILE, PGPASSWORD), TLS (sslmode, sslrootcert in the address) and that the user may read the tables.",
);
export const OMOP_QUERY = define(
  "OMOP_QUERY",
  3,
  502,
  "The database ended the reading; the message has its SQLSTATE. Run the ingest again; nothing has been written.",
);
