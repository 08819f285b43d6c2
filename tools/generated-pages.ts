import { availabilityReference } from "./availability-reference.ts";
import { cliReference } from "./cli-reference.ts";
import { configurationReference } from "./configuration-reference.ts";

/** Path → text of every page that is made from the code. */
export async function generatedPages(): Promise<Record<string, string>> {
  return {
    "docs/reference/availability.md": availabilityReference(),
    "docs/reference/cli.md": await cliReference(),
    "docs/reference/configuration.md": configurationReference(),
  };
}
