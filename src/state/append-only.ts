/** Makes the database itself refuse to change or remove a row of a table: for what is only ever added to. */
import { sql, type Transaction } from "kysely";

/** @param what the table holds, as the refusal calls it: `statements are`, `the audit log is` */
export async function makeAppendOnly(tx: Transaction<unknown>, table: string, what: string): Promise<void> {
  const guard = sql.raw(`${table}_is_append_only`);
  await sql`
    create function ${guard}() returns trigger language plpgsql as $$
    begin
      raise exception ${sql.lit(`${what} append-only`)} using errcode = 'raise_exception';
    end $$`.execute(tx);
  await sql`
    create trigger ${guard}
    before update or delete or truncate on ${sql.raw(table)}
    for each statement execute function ${guard}()`.execute(tx);
}
