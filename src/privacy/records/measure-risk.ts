/**
 * Re-identification risk over quasi-identifiers (Sweeney 2002, k-anonymity; El Emam and Dankar 2008, prosecutor and
 * journalist risk): persons who look alike in what a stranger may know form a class; the chance to find one of them is one
 * over its size.
 */
import type { Database } from "../../timeline/database.ts";
import type { QuasiIdentifier } from "../privacy-config.ts";
import type { Risk } from "./privacy-report.ts";

const SIZES_TO = 20;

/**
 * @param relation one row a person, a text column for each quasi-identifier
 * @param population inhabitants from whom the persons are taken; null = only the persons themselves are known
 */
export async function measureRisk(
  database: Database,
  relation: string,
  quasiIdentifiers: readonly QuasiIdentifier[],
  population: number | null,
): Promise<Risk> {
  const key =
    quasiIdentifiers.length === 0
      ? "1"
      : `(${quasiIdentifiers.map((name) => `coalesce(${name}, '')`).join(", ")})`;
  const rows = await database.rows(`
    SELECT CAST(size AS DOUBLE) AS size, CAST(count(*) AS DOUBLE) AS classes
    FROM (SELECT count(*) AS size FROM ${relation} GROUP BY ${key}) GROUP BY size ORDER BY size`);
  let [persons, classes, k, alone] = [0, 0, 0, 0];
  const sizes: Record<string, number> = {};
  for (const row of rows) {
    const [size, n] = [row.size as number, row.classes as number];
    if (k === 0) k = size;
    classes += n;
    persons += size * n;
    if (size === 1) alone = n;
    const name = String(Math.min(size, SIZES_TO));
    sizes[name] = (sizes[name] ?? 0) + size * n;
  }
  const greatest = k === 0 ? 0 : 1 / k;
  const mean = persons === 0 ? 0 : classes / persons;
  // A class of the store stands for as many more of the population as the store is a part of it.
  const scale = population === null ? 1 : Math.min(1, persons / population);
  return {
    quasiIdentifiers: [...quasiIdentifiers],
    persons,
    classes,
    k,
    unique: persons === 0 ? 0 : alone / persons,
    prosecutor: { greatest, mean },
    journalist: { greatest: greatest * scale, mean: mean * scale, population },
    sizes,
  };
}
