/** `longitude vet`: expert vetting of a site's definitions and labels. */
import { Command } from "commander";
import { answerCommands } from "./vet/vet-answers.ts";
import { proposeCommands } from "./vet/vet-propose.ts";
import { reviewCommands } from "./vet/vet-review.ts";
import { signCommands } from "./vet/vet-sign.ts";

export function vetCommand(): Command {
  const vet = new Command("vet").description("Have definitions, labels and knowledge vetted by experts.");
  for (const verb of [...proposeCommands(), ...answerCommands(), ...reviewCommands(), ...signCommands()])
    vet.addCommand(verb);
  return vet;
}
