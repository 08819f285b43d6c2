/** The site's `language:` section, which only the verbs about text ask for. */
import { LongitudeError } from "../../errors/longitude-error.ts";
import { LANGUAGE_NOT_CONFIGURED } from "../../errors/registry.ts";
import type { LanguageConfig } from "../../training/text/language-config.ts";
import type { Site } from "../read-site.ts";

/** @throws LANGUAGE_NOT_CONFIGURED */
export function languageOf({ folder, configuration }: Site): LanguageConfig {
  if (configuration.language === undefined)
    throw new LongitudeError(LANGUAGE_NOT_CONFIGURED, `${folder}/longitude.yaml has no section \`language\``);
  return configuration.language;
}
