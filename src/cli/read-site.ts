/**
 * Opens a site: reads DIR/longitude.yaml and resolves its paths.
 * Throws CONFIG_INVALID with the key's path and line, what was expected, and the nearest known key.
 */
import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { isNode, LineCounter, parseDocument } from "yaml";
import { yamlOutOfBounds } from "../artefacts/yaml-bounds.ts";
import { type Effects, systemEffects } from "../effects/effects.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { CONFIG_INVALID, OMOP_ADDRESS, SITE_MISSING } from "../errors/registry.ts";
import { isDatabaseAddress } from "../ingest/omop/database-address.ts";
import type { PrivacyConfig } from "../privacy/privacy-config.ts";
import type { LanguageConfig } from "../training/text/language-config.ts";
import type { DefinitionVetting } from "../vetting/statements/vetting-status.ts";
import { type ConfigurationFault, configurationFaults } from "./configuration-faults.ts";
import { type SiteConfiguration, siteSchema } from "./site-config.ts";
import { readSiteVetting } from "./site-vetting.ts";

export const SITE_FILE = "longitude.yaml";

export interface Site {
  /** Absolute path of the folder with longitude.yaml. */
  readonly folder: string;
  readonly configuration: SiteConfiguration;
  /** Whether each outcome is vetted today, in the order of the configuration. */
  readonly vetting: readonly DefinitionVetting[];
}

export async function readSite(folder: string, effects: Effects = systemEffects): Promise<Site> {
  const path = join(resolve(folder), SITE_FILE);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new LongitudeError(SITE_MISSING, `${path} cannot be read`, { cause });
  }
  const configuration = parseSite(text, path);
  const { records, training, privacy, terminology, language, assistant } = configuration;
  // What a database holds tomorrow is not what it held today: a site's records have an identity.
  if (isDatabaseAddress(records.input))
    throw new LongitudeError(OMOP_ADDRESS, "records.input of a site is a folder or file, not a database");
  const here = dirname(path);
  return {
    folder: here,
    vetting: await readSiteVetting(here, configuration, effects),
    configuration: {
      ...configuration,
      records: {
        ...records,
        input: resolve(here, records.input),
        ...(records.mapping === undefined ? {} : { mapping: resolve(here, records.mapping) }),
      },
      terminology: {
        ...terminology,
        files: terminology.files.map((file) => ({ ...file, path: resolve(here, file.path) })),
      },
      ...(privacy === undefined ? {} : { privacy: resolvePrivacy(privacy, here) }),
      training: resolveStart(training, here),
      assistant: {
        ...assistant,
        ...(assistant.passages === undefined ? {} : { passages: resolve(here, assistant.passages) }),
      },
      ...(language === undefined ? {} : { language: resolveLanguage(language, here) }),
    },
  };
}

function resolveStart<T extends { readonly from?: string | undefined }>(training: T, here: string): T {
  return training.from === undefined ? training : { ...training, from: resolve(here, training.from) };
}

function resolveLanguage(language: LanguageConfig, here: string): LanguageConfig {
  return {
    ...language,
    sources: language.sources.map((source) =>
      source.file === undefined ? source : { ...source, file: resolve(here, source.file) },
    ),
    training: resolveStart(language.training, here),
    ...(language.instructions === undefined
      ? {}
      : {
          instructions: {
            ...language.instructions,
            pairs: language.instructions.pairs.map((one) =>
              "file" in one ? { ...one, file: resolve(here, one.file) } : one,
            ),
          },
        }),
  };
}

function resolvePrivacy(privacy: PrivacyConfig, here: string): PrivacyConfig {
  const { zone, keys, optOuts } = privacy;
  return {
    ...privacy,
    zone: resolve(here, zone),
    ...(keys !== undefined && "file" in keys ? { keys: { file: resolve(here, keys.file) } } : {}),
    ...(optOuts === undefined ? {} : { optOuts: resolve(here, optOuts) }),
  };
}

/** @param path is only named in messages */
export function parseSite(text: string, path: string): SiteConfiguration {
  if (yamlOutOfBounds(text)) {
    throw new LongitudeError(CONFIG_INVALID, `${path}: larger, or nested deeper, than any configuration is`);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const syntax = document.errors[0];
  if (syntax !== undefined) {
    const { line, col } = lines.linePos(syntax.pos[0]);
    throw new LongitudeError(CONFIG_INVALID, `${path}:${line}:${col}: not valid YAML (${syntax.code})`);
  }
  const content: unknown = document.toJS();
  const parsed = siteSchema.safeParse(content);
  if (parsed.success) return parsed.data;

  const place = (fault: ConfigurationFault): string => {
    const node = fault.at.length === 0 ? null : document.getIn(fault.at, true);
    const offset = isNode(node) ? node.range?.[0] : undefined;
    return offset === undefined ? path : `${path}:${lines.linePos(offset).line}`;
  };
  const faults = configurationFaults(parsed.error, content, siteSchema);
  throw new LongitudeError(
    CONFIG_INVALID,
    faults.map((fault) => `${place(fault)}: ${fault.message}`).join("\n"),
  );
}
