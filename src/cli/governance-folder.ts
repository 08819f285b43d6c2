/** Where a site keeps what governs its models, and what is read from there. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { jsonHash } from "../artefacts/signed-json.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { VERDICT_STALE } from "../errors/registry.ts";
import {
  AUDIT_NAMES,
  type Audit,
  type AuditName,
  auditFile,
  auditSchema,
} from "../evaluation/audits/audit.ts";
import { evaluationSchema } from "../evaluation/design/evaluation-schema.ts";
import { evidenceSchema } from "../evaluation/design/evidence-schema.ts";
import type { ConditionFact, DesignEvidence, EvidenceBundle } from "../governance/gates/evidence-bundle.ts";
import { DEFAULT_GATES, type Gates, readGates } from "../governance/gates/gate.ts";
import { fileHash } from "../governance/release/manifest.ts";
import type { DefinitionVetting } from "../vetting/statements/vetting-status.ts";
import type { BuildReport } from "./build.ts";
import { verifyProof } from "./privacy-proof.ts";
import type { Site } from "./read-site.ts";
import { EVALUATION_FILE, EVIDENCE_FILE } from "./stages/measure-forecasts.ts";
import { PROVENANCE_FILE, provenanceSchema } from "./validation-provenance.ts";

export function governanceFile(site: Site, name: string): string {
  return join(site.folder, "governance", name);
}

/** The site's own key, with which releases and verdicts are signed. */
export function siteKeyFile(site: Site): string {
  return join(site.folder, "keys", "release.pem");
}

/** The file named, the site's gates.yaml, or the strict default. */
export async function gatesOf(site: Site, file: string | undefined): Promise<Gates> {
  if (file !== undefined) return readGates(resolve(file));
  const own = governanceFile(site, "gates.yaml");
  return existsSync(own) ? readGates(own) : DEFAULT_GATES;
}

export function artefactOf(built: BuildReport, stage: string) {
  const found = built.stages.find((result) => result.stage === stage);
  if (found === undefined) throw new TypeError(`the pipeline has no stage ${stage}`);
  return found;
}

/**
 * Everything that a verdict judges.
 * @param external folder that `longitude validate` wrote for this model
 * @throws LongitudeError VERDICT_STALE when the evidence is of another model
 */
export async function evidenceBundle(
  site: Site,
  built: BuildReport,
  gates: Gates,
  external: string | undefined,
): Promise<EvidenceBundle> {
  const model = artefactOf(built, "model").id;
  const judged: Record<string, string> = { gates: jsonHash(JSON.parse(JSON.stringify(gates))) };
  const internal = await readDesign(artefactOf(built, "evaluation").folder, "internal", judged);
  let elsewhere: DesignEvidence | null = null;
  if (external !== undefined) {
    const folder = resolve(external);
    const provenance = provenanceSchema.safeParse(await readJson(join(folder, PROVENANCE_FILE)));
    if (!provenance.success || provenance.data.model !== model) {
      throw new LongitudeError(
        VERDICT_STALE,
        `${folder} does not say that it validated model ${model.slice(0, 16)}`,
      );
    }
    elsewhere = await readDesign(folder, "external", judged);
  }
  const audits: Partial<Record<AuditName, Audit>> = {};
  for (const name of AUDIT_NAMES) {
    const path = join(artefactOf(built, "audits").folder, auditFile(name));
    const parsed = auditSchema.safeParse(await readJson(path));
    if (!parsed.success) continue;
    audits[name] = parsed.data;
    judged[`audit ${name}`] = await fileHash(path);
  }
  const quality = built.stages.some(({ stage }) => stage === "quality");
  return {
    model,
    internal,
    external: elsewhere,
    audits,
    conditions: {
      ...(quality
        ? {
            "data quality passed": {
              holds: true,
              because: "a build stops at a failing check that nobody has waived",
            },
          }
        : {}),
      ...(site.configuration.privacy === undefined
        ? {}
        : { "de-identification proven": await deidentificationProven(site, built) }),
    },
    outcomeConditions: {
      "outcomes vetted": Object.fromEntries(site.vetting.map((of) => [of.name, vettedByClinicians(of)])),
    },
    judged,
  };
}

/** Null when the file is not there, or holds no JSON: then it says nothing. */
async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch {
    return null;
  }
}

/** A demonstration reviewer is no clinician. */
function vettedByClinicians({ status, demonstration, expiresAt }: DefinitionVetting): ConditionFact {
  if (status !== "vetted") return { holds: false, because: `the definition is ${status}` };
  return demonstration
    ? { holds: false, because: "vetted for demonstration only: not for clinical use" }
    : { holds: true, because: `vetted; counts until ${expiresAt}` };
}

/** Whether the site's proof holds for the records that the model was made from. */
async function deidentificationProven(site: Site, built: BuildReport): Promise<ConditionFact> {
  try {
    const { at, report } = await verifyProof(site, undefined, artefactOf(built, "records").folder);
    return { holds: true, because: `the proof of ${at} holds under ${report.profile}` };
  } catch (error) {
    if (!(error instanceof LongitudeError)) throw error;
    return { holds: false, because: `${error.code}: ${error.remedy}` };
  }
}

async function readDesign(
  folder: string,
  role: string,
  judged: Record<string, string>,
): Promise<DesignEvidence> {
  const evaluationPath = join(folder, EVALUATION_FILE);
  const evidencePath = join(folder, EVIDENCE_FILE);
  judged[`${role} evaluation`] = await fileHash(evaluationPath);
  const evaluation = evaluationSchema.parse(JSON.parse(await readFile(evaluationPath, "utf8")));
  if (!existsSync(evidencePath)) return { evaluation, evidence: null };
  judged[`${role} evidence`] = await fileHash(evidencePath);
  return { evaluation, evidence: evidenceSchema.parse(JSON.parse(await readFile(evidencePath, "utf8"))) };
}
