/** The database's password: PGPASSWORD, else the first line of the password file that fits, as libpq reads it. */
import { readFile, stat } from "node:fs/promises";
import { homedir, userInfo } from "node:os";
import { join } from "node:path";

/** @returns the empty text when there is none; the server then says whether it wants one */
export async function databasePassword(address: URL): Promise<string> {
  const { PGPASSWORD, PGPASSFILE, PGUSER } = process.env;
  if (PGPASSWORD !== undefined) return PGPASSWORD;
  const file = PGPASSFILE ?? join(homedir(), ".pgpass");
  try {
    // A password that others can read is none.
    if (((await stat(file)).mode & 0o077) !== 0) return "";
    const user = decodeURIComponent(address.username) || (PGUSER ?? userInfo().username);
    const database = decodeURIComponent(address.pathname.slice(1)) || user;
    const wanted = [
      decodeURIComponent(address.hostname) || "localhost",
      address.port || "5432",
      database,
      user,
    ];
    for (const line of (await readFile(file, "utf8")).split(/\r?\n/)) {
      const fields = fieldsOf(line);
      if (fields.length === 5 && wanted.every((value, i) => fields[i] === "*" || fields[i] === value))
        return fields[4]!;
    }
  } catch {
    // No such file is no password.
  }
  return "";
}

/** `host:port:database:user:password`; `\:` and `\\` stand for themselves. */
function fieldsOf(line: string): string[] {
  if (line.startsWith("#")) return [];
  return [...line.matchAll(/((?:\\.|[^:\\])*)(?::|$)/g)]
    .slice(0, 5)
    .map(([, field]) => field!.replace(/\\(.)/g, "$1"));
}
