/** What the verbs of vetting share. */
import { Command } from "commander";

export interface VetFlags {
  readonly site: string;
  readonly json?: boolean;
}

export function vetVerb(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .requiredOption("--site <dir>", "folder with longitude.yaml")
    .option("--json", "print one JSON object on standard output");
}

/** One JSON object, or text for people. */
export function print(flags: VetFlags, schema: string, result: object, text: string): void {
  process.stdout.write(flags.json === true ? `${JSON.stringify({ schema, ...result }, null, 2)}\n` : text);
}
