/** `longitude reason`: diagnostic support for one person from the site's own model, as associations. */
import { Command } from "commander";
import { careTeamCommand } from "./reason/care-team.ts";
import { differentialCommand } from "./reason/differential.ts";
import { nextTestCommand } from "./reason/next-test.ts";
import { whatIfCommand } from "./reason/what-if.ts";

export function reasonCommand(): Command {
  const reason = new Command("reason").description(
    "Diagnostic support for one person from the site's own model: associations, never advice to treat.",
  );
  reason.addCommand(differentialCommand());
  reason.addCommand(nextTestCommand());
  reason.addCommand(whatIfCommand());
  reason.addCommand(careTeamCommand());
  return reason;
}
