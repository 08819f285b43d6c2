/** The `privacy:` section of a site that a verb cannot do without. */
import { LongitudeError } from "../errors/longitude-error.ts";
import { PRIVACY_NOT_CONFIGURED } from "../errors/registry.ts";
import type { PrivacyConfig } from "../privacy/privacy-config.ts";
import type { Site } from "./read-site.ts";

/** @throws PRIVACY_NOT_CONFIGURED */
export function privacyOf({ folder, configuration: { privacy } }: Site): PrivacyConfig {
  if (privacy === undefined)
    throw new LongitudeError(PRIVACY_NOT_CONFIGURED, `${folder} has no privacy section`);
  return privacy;
}
