/** Reads a JSON file that a stage has left. Null where it is not there, or is of another version. */
import { readFile } from "node:fs/promises";
import type { z } from "zod";

export async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
  const text = await readFile(path, "utf8").catch(() => null);
  if (text === null) return null;
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
