import { LongitudeError } from "../errors/longitude-error.ts";
import { USAGE_INVALID } from "../errors/registry.ts";

/** A count that stands on the command line. @throws LongitudeError USAGE_INVALID unless it is a whole number from 1 */
export function countOption(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new LongitudeError(USAGE_INVALID, "a count must be a whole number from 1");
  return number;
}
