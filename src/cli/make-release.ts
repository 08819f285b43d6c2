/**
 * From a finished build to a release in the registry: judges the gates, writes the card, signs the folder, records it.
 * A release of the same model on the same evidence is not made twice.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { ownPrivateKey, publicKeyText } from "../artefacts/signed-json.ts";
import { lockSite } from "../artefacts/site-lock.ts";
import type { Effects } from "../effects/effects.ts";
import { evaluationSchema } from "../evaluation/design/evaluation-schema.ts";
import { readCardFacts } from "../governance/card/card-facts.ts";
import { cardPdf } from "../governance/card/card-pdf.ts";
import { chaiXml } from "../governance/card/chai-xml.ts";
import { modelCard } from "../governance/card/model-card.ts";
import { renderCard } from "../governance/card/render-card.ts";
import { tripodChecklist } from "../governance/card/tripod.ts";
import type { EvidenceBundle } from "../governance/gates/evidence-bundle.ts";
import type { Gates } from "../governance/gates/gate.ts";
import { judgeGates } from "../governance/gates/judge-gates.ts";
import { type Verdict, verdictSchema } from "../governance/gates/verdict.ts";
import { readPeople } from "../governance/people.ts";
import {
  type ChangePlan,
  type ChangeVerdict,
  judgeChange,
  type ReleaseSide,
  readChangePlan,
} from "../governance/release/change-plan.ts";
import { createRelease } from "../governance/release/create-release.ts";
import { fileHash, hashFiles, MANIFEST_FILE, verifyRelease } from "../governance/release/manifest.ts";
import { countingApprovals, type RegisteredRelease, registryOf } from "../governance/release/registry.ts";
import { governanceArea } from "../governance/statements/governance-tables.ts";
import { readStatements, recordStatement, type Signed } from "../governance/statements/record-statement.ts";
import { refuseClockSetBack } from "../governance/statements/refuse-clock.ts";
import { isoTime } from "../state/value-parsers.ts";
import { requireUnmarked } from "./affected-marks.ts";
import type { BuildReport } from "./build.ts";
import { artefactOf, evidenceBundle, gatesOf, governanceFile, siteKeyFile } from "./governance-folder.ts";
import { withState } from "./open-site-state.ts";
import type { Site } from "./read-site.ts";
import { siteKey } from "./signing.ts";
import { EVALUATION_FILE } from "./stages/measure-forecasts.ts";

export const VERDICT_FILE = "verdict.json";
const DAYS_TO_REVIEW = 365;

export interface ReleaseOptions {
  readonly version: string;
  /** Folder that `longitude validate` wrote. */
  readonly external?: string | undefined;
  readonly gates?: string | undefined;
}

export interface MadeRelease {
  readonly release: RegisteredRelease;
  readonly verdict: Verdict;
  readonly made: boolean;
  /** Whether the change from the approved release keeps to its plan; null without plan or approved release. */
  readonly change: ChangeVerdict | null;
}

/** YYYY-MM-DD in UTC. */
export function dayOf(ms: number): string {
  return isoTime(ms).slice(0, 10);
}

export async function makeRelease(
  site: Site,
  built: BuildReport,
  options: ReleaseOptions,
  effects: Effects,
): Promise<MadeRelease> {
  await requireUnmarked(site, artefactOf(built, "model").id);
  const gates = await gatesOf(site, options.gates);
  const bundle = await evidenceBundle(site, built, gates, options.external);
  const people = await readPeople(governanceFile(site, "people.yaml"));
  const key = await ownPrivateKey(siteKeyFile(site));
  const lock = await lockSite(site.folder, effects);
  try {
    return await withState(site, [governanceArea], async (state) => {
      const statements = await state.transaction(async (tx) => {
        await refuseClockSetBack(tx, effects.now());
        return readStatements(tx);
      });
      const verdict = judge(gates, bundle, statements, people, effects);
      const known = await sameRelease(
        site,
        registryOf(statements, people, publicKeyText(key)),
        options,
        verdict,
      );
      if (known !== null) return { release: known, verdict, made: false, change: null };
      const now = effects.now();
      const createdAt = isoTime(now);
      const reviewBy = dayOf(now + DAYS_TO_REVIEW * 86_400_000);
      const readsNotes = site.configuration.tokens.notes !== undefined;
      const facts = await readCardFacts(governanceFile(site, "card.yaml"));
      const card = modelCard({
        site: site.configuration.name,
        version: options.version,
        createdAt,
        reviewBy,
        facts,
        verdict,
        internal: bundle.internal,
        external: bundle.external,
        persons: { "held out": bundle.internal.evaluation.persons },
        readsNotes,
      });
      const tripod = tripodChecklist({
        card,
        facts,
        internal: bundle.internal,
        external: bundle.external,
        readsNotes,
      });
      const chai = chaiXml(card);
      const { cohort, outcomes } = site.configuration;
      const lineage = await lineageOf(built);
      const definitions = json({ cohort, outcomes });
      const plan = await readChangePlan(governanceFile(site, "change-plan.yaml"));
      const change =
        plan === null
          ? null
          : await changeFrom(site, registryOf(statements, people, publicKeyText(key)), plan, {
              files: {
                ...(await filesOfModel(artefactOf(built, "model").folder)),
                "definitions.json": textHash(definitions),
                "gates.json": textHash(json(gates)),
              },
              lineage,
              verdict: verdict.verdict,
              evaluation: bundle.internal.evaluation,
            });
      const created = await createRelease({
        site: site.configuration.name,
        version: options.version,
        createdAt,
        reviewBy,
        verdict,
        lineage,
        copies: {
          model: artefactOf(built, "model").folder,
          "evidence/internal": artefactOf(built, "report").folder,
          "evidence/audits": artefactOf(built, "audits").folder,
          "evidence/differential": artefactOf(built, "differential").folder,
          ...(options.external === undefined ? {} : { "evidence/external": options.external }),
        },
        texts: {
          "definitions.json": definitions,
          ...(plan === null ? {} : { [CHANGE_PLAN_FILE]: json(plan) }),
          ...(change === null ? {} : { "change.json": json(change) }),
          "gates.json": json(gates),
          [VERDICT_FILE]: json(verdict),
          "card.json": json(card),
          "card.html": renderCard(card, verdict, tripod),
          "card.xml": chai,
          "card.pdf": await cardPdf(card, verdict, tripod, chai),
          "tripod.json": json(tripod),
        },
        releases: join(site.folder, "releases"),
        key,
      });
      const { manifest, folder } = created;
      const manifestHash = await fileHash(join(folder, MANIFEST_FILE));
      await state.transaction((tx) =>
        recordStatement(
          tx,
          {
            kind: "release",
            subject: manifest.id,
            at: createdAt,
            by: "system",
            model: manifest.model,
            version: manifest.version,
            folder: relative(site.folder, folder),
            verdict: manifest.verdict,
            manifest: manifestHash,
            ...(change?.withinPlan === true ? { inherits: change.previous } : {}),
          },
          key,
          now,
        ),
      );
      const registry = registryOf(await state.transaction(readStatements), people, publicKeyText(key));
      const release = registry.find(({ id }) => id === manifest.id);
      if (release === undefined) throw new TypeError("the release was recorded, but is not in the registry");
      return { release, verdict, made: true, change };
    });
  } finally {
    await lock.release();
  }
}

/** The verdict as of now, with the waivers that the site's people have signed. */
export function judge(
  gates: Gates,
  bundle: EvidenceBundle,
  statements: readonly Signed[],
  people: Awaited<ReturnType<typeof readPeople>>,
  effects: Effects,
): Verdict {
  return judgeGates(gates, bundle, validWaivers(statements, people, bundle.model), dayOf(effects.now()));
}

/** Those about a model that somebody signed who may. */
export function validWaivers(
  statements: readonly Signed[],
  people: Awaited<ReturnType<typeof readPeople>>,
  model: string,
) {
  return statements.flatMap((statement) =>
    statement.kind === "waiver" &&
    statement.subject === model &&
    people.some(
      ({ id, publicKey, roles }) =>
        id === statement.by && publicKey === statement.publicKey && roles.includes("governance"),
    )
      ? [statement]
      : [],
  );
}

async function sameRelease(
  site: Site,
  registry: readonly RegisteredRelease[],
  { version }: ReleaseOptions,
  verdict: Verdict,
): Promise<RegisteredRelease | null> {
  for (const release of registry.toReversed()) {
    if (release.model !== verdict.model || release.version !== version) continue;
    const stored = await readVerdict(join(site.folder, release.folder)).catch(() => null);
    if (stored !== null && JSON.stringify(stored) === JSON.stringify(verdict)) return release;
  }
  return null;
}

/** The verdict stored in a release. */
export async function readVerdict(folder: string): Promise<Verdict> {
  return verdictSchema.parse(JSON.parse(await readFile(join(folder, VERDICT_FILE), "utf8")));
}

export const CHANGE_PLAN_FILE = "change-plan.json";

/** The change from the newest release that two people approved; null when there is none. */
async function changeFrom(
  site: Site,
  registry: readonly RegisteredRelease[],
  plan: ChangePlan,
  next: ReleaseSide,
): Promise<ChangeVerdict | null> {
  const approved = registry.findLast(
    (release) =>
      release.stage !== "retired" &&
      new Set(countingApprovals(registry, release).map(({ role }) => role)).size === 2,
  );
  if (approved === undefined) return null;
  const folder = join(site.folder, approved.folder);
  const manifest = await verifyRelease(folder, await siteKey(site));
  const evaluation = evaluationSchema.parse(
    JSON.parse(await readFile(join(folder, "evidence/internal", EVALUATION_FILE), "utf8")),
  );
  const samePlan = manifest.files[CHANGE_PLAN_FILE] === textHash(json(plan));
  return judgeChange(plan, samePlan, approved.id, { ...manifest, evaluation }, next);
}

async function filesOfModel(folder: string): Promise<Record<string, string>> {
  const hashes = Object.entries(await hashFiles(folder));
  return Object.fromEntries(hashes.map(([file, hash]) => [`model/${file}`, hash]));
}

function textHash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

const ARTEFACT_FILE = "artefact.json";

async function lineageOf(built: BuildReport) {
  return Promise.all(
    built.stages.map(async ({ stage, id, folder }) => {
      const manifest: unknown = JSON.parse(await readFile(join(folder, ARTEFACT_FILE), "utf8"));
      const inputs =
        typeof manifest === "object" && manifest !== null && "inputs" in manifest
          ? (manifest.inputs as Record<string, string>)
          : {};
      return { kind: stage, id, inputs };
    }),
  );
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 1)}\n`;
}
