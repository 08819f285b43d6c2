/**
 * A site with a signed release of a small random model over LOINC and ICD-10-CM codes, ready to be served: what the server
 * does with a model can be tested without training one.
 */
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ownPrivateKey, publicKeyText } from "../../src/artefacts/signed-json.ts";
import { readSite } from "../../src/cli/read-site.ts";
import { createRandom } from "../../src/effects/random.ts";
import { evaluationSchema } from "../../src/evaluation/design/evaluation-schema.ts";
import type { Verdict, VerdictWord } from "../../src/governance/gates/verdict.ts";
import { createRelease } from "../../src/governance/release/create-release.ts";
import type { ReleaseManifest } from "../../src/governance/release/manifest.ts";
import { recordStatement } from "../../src/governance/statements/record-statement.ts";
import type { Stage, Statement } from "../../src/governance/statements/statement.ts";
import { deriveArchitecture } from "../../src/network/architecture.ts";
import { initialParameters, parameterLayout } from "../../src/network/parameters.ts";
import { SERVING_AREAS } from "../../src/serving/serving-areas.ts";
import { openState } from "../../src/state/open-state.ts";
import type { SubjectKey, Timeline } from "../../src/timeline/patient-event.ts";
import { readVocabulary, tokenize } from "../../src/tokens/tokenize.ts";
import { tokensSchema } from "../../src/tokens/tokens-config.ts";
import { writeCheckpoint } from "../../src/training/checkpoint.ts";
import { readTextTokenizer } from "../../src/training/import/text-tokenizer.ts";
import { treesSchema } from "../../src/trees/boosting/trees-config.ts";
import { fitTreeHead } from "../../src/trees/hazards/fit-tree-head.ts";
import { writeTreeHead } from "../../src/trees/hazards/tree-head.ts";
import { MS_PER_DAY } from "../../src/vetting/duration.ts";
import { cohortSchema, outcomesSchema, resolveOutcomes } from "../../src/vetting/outcome-definition.ts";
import { buildHistory } from "../../src/vetting/patient-history.ts";
import { event, memoryStore, temporaryFolder } from "./small-cohort.ts";

export interface ServedSiteOptions {
  readonly verdict?: VerdictWord;
  /** With two approvals, except as a candidate. */
  readonly stage?: Stage;
  readonly outcomes?: number;
  readonly size?: { depth: number; width: number; heads: number; feedForward: number; context: number };
  /** The `serving:` section. */
  readonly serving?: object;
  /** The `state:` section. */
  readonly state?: object;
  /** The `assistant:` section. */
  readonly assistant?: object;
  readonly reviewBy?: string;
  /** Boosted trees beside the decoder; fitting them takes some seconds. */
  readonly trees?: boolean;
  /** Files of the release besides its own, or in their place: path → text. */
  readonly texts?: Readonly<Record<string, string>>;
  /** Whether the model reads notes. */
  readonly notes?: boolean;
  /** What the release says that it was made from; nothing when left out. */
  readonly lineage?: ReleaseManifest["lineage"];
}

export interface ServedSite {
  readonly folder: string;
  readonly release: string;
  /** Private keys of the people who may state something. */
  readonly people: Readonly<Record<"ada" | "tim", KeyObject>>;
}

const SMALL = { depth: 2, width: 32, heads: 4, feedForward: 40, context: 64 };
export const DAY_OF_RELEASE = "2026-06-15T00:00:00.000Z";
const ONSETS = Array.from({ length: 15 }, (_, i) => `ICD10CM/E${11 + i}.9`);
export const LABS = [
  { code: "2339-0", unit: "mg/dL", level: 100 },
  { code: "8480-6", unit: "mm[Hg]", level: 130 },
  { code: "2085-9", unit: "mg/dL", level: 50 },
] as const;
export const DIAGNOSES = ["I10", "K76.0", "M54.5", "J45.909"] as const;

/** As little as a card can say. */
const CARD = {
  ...{ schema: "longitude.card/1", name: "served", version: "1", model: "m".repeat(64) },
  ...{ createdAt: DAY_OF_RELEASE, reviewBy: "2099-06-15", verdict: "deploy", words: "For a test." },
  attributes: [
    { number: 1, group: "Details and output", title: "Name and contact of the developer", value: null },
    { number: 2, group: "Details and output", title: "Funding", value: "The hospital" },
  ],
  ...{ missing: [1], tasks: [] },
};

export async function makeServedSite(options: ServedSiteOptions = {}): Promise<ServedSite> {
  const folder = await temporaryFolder();
  const outcomes = {
    predictionTimes: [{ at: "index", horizons: ["2y", "5y"] }],
    list: [
      ...ONSETS.slice(0, (options.outcomes ?? 2) - 1).map((code, i) => ({
        name: `onset ${i + 1}`,
        title: `Onset ${i + 1}`,
        events: { codes: [`${code.split(".")[0]}*`] },
      })),
      { name: "death", title: "Death", events: { codes: ["MEDS_DEATH"] } },
    ],
  };
  const configuration = {
    schema: "longitude.site/1",
    name: "served",
    records: { format: "fhir", input: "export" },
    outcomes,
    serving: options.serving ?? {},
    state: options.state ?? {},
    assistant: options.assistant ?? {},
  };
  await writeFile(join(folder, "longitude.yaml"), JSON.stringify(configuration));
  const site = await readSite(folder);
  const keys = {
    ada: generateKeyPairSync("ed25519").privateKey,
    tim: generateKeyPairSync("ed25519").privateKey,
  };
  await mkdir(join(folder, "governance"), { recursive: true });
  const people = [
    { id: "ada", name: "Ada", roles: ["clinical"], publicKey: publicKeyText(keys.ada) },
    { id: "tim", name: "Tim", roles: ["technical", "governance"], publicKey: publicKeyText(keys.tim) },
  ];
  await writeFile(join(folder, "governance", "people.yaml"), JSON.stringify({ people }));
  const model = join(folder, "scratch", "model");
  await writeModel(model, outcomes, options.size ?? SMALL, options.notes ?? false);
  if (options.trees === true) await writeTrees(model, outcomes);
  const word = options.verdict ?? "deploy";
  const key = await ownPrivateKey(join(folder, "keys", "release.pem"));
  const { cohort } = site.configuration;
  const created = await createRelease({
    site: "served",
    version: "1",
    createdAt: DAY_OF_RELEASE,
    reviewBy: options.reviewBy ?? "2099-06-15",
    verdict: verdictOf(outcomes, word),
    lineage: options.lineage ?? [],
    copies: { model },
    texts: {
      "definitions.json": JSON.stringify({ cohort, outcomes: site.configuration.outcomes }),
      "verdict.json": JSON.stringify(verdictOf(outcomes, word)),
      "evidence/internal/evaluation.json": JSON.stringify(evaluationOf(outcomes)),
      "card.json": JSON.stringify(CARD),
      ...options.texts,
    },
    releases: join(folder, "releases"),
    key,
  });
  const { id } = created.manifest;
  const at = DAY_OF_RELEASE;
  const about = { subject: id, at, reason: "for a test" };
  const stage = options.stage ?? "candidate";
  const statements: [Statement, KeyObject][] = [
    [
      {
        kind: "release",
        subject: id,
        at,
        by: "system",
        model: "m".repeat(64),
        version: "1",
        folder: `releases/${id}`,
        verdict: word,
        manifest: "h".repeat(64),
      },
      key,
    ],
  ];
  if (stage !== "candidate")
    statements.push(
      [{ kind: "approval", by: "ada", role: "clinical", ...about }, keys.ada],
      [{ kind: "approval", by: "tim", role: "technical", ...about }, keys.tim],
      [{ kind: "stage", by: "tim", to: stage, ...about }, keys.tim],
    );
  const effects = { now: () => Date.parse(at), memoryBytes: () => 0 };
  const state = await openState({
    folder,
    config: site.configuration.state,
    areas: SERVING_AREAS,
    effects,
  });
  await state.transaction(async (tx) => {
    for (const [statement, by] of statements) await recordStatement(tx, statement, by, Date.parse(at));
  });
  await state.close();
  return { folder, release: id, people: keys };
}

interface Outcomes {
  readonly predictionTimes: readonly { readonly at: string; readonly horizons: readonly string[] }[];
  readonly list: readonly { readonly name: string; readonly title: string }[];
}

async function writeModel(
  folder: string,
  section: Outcomes,
  size: NonNullable<ServedSiteOptions["size"]>,
  notes: boolean,
): Promise<void> {
  const outcomes = resolveOutcomes(outcomesSchema.parse(section));
  const tokens = await temporaryFolder();
  const running = tokenize({
    store: memoryStore(timelines(200).map((timeline) => (notes ? withNote(timeline) : timeline))),
    cohort: cohortSchema.parse({}),
    outcomes,
    config: tokensSchema.parse({
      minimumEvents: 5,
      valueBins: 5,
      ...(notes ? { notes: { vocabulary: 300, longest: 16, deidentified: true } } : {}),
    }),
    seed: 1,
    out: tokens,
  });
  for await (const _ of running);
  const vocabulary = await readVocabulary(join(tokens, "vocabulary.json"));
  const architecture = deriveArchitecture(size, {
    vocabulary: vocabulary.size,
    outcomes: outcomes.length,
    pieces: 3,
  });
  const random = createRandom("served model");
  const weights = initialParameters(parameterLayout(architecture), random);
  for (let i = 0; i < weights.length; i++) weights[i]! += 0.05 * random.normal();
  await writeCheckpoint(folder, {
    description: {
      schema: "longitude.checkpoint/1",
      architecture,
      outcomes: outcomes.map(({ name }) => ({ name, isDeath: name === "death" })),
      hazardEdgesYears: [1, 3],
    },
    weights,
    vocabulary,
    textTokenizer: notes
      ? (await readTextTokenizer(tokens, vocabulary.file.textTokens)).extended(vocabulary)
      : undefined,
  });
}

function withNote({ subjectId, events }: Timeline): Timeline {
  const day = (events.at(-1)?.time ?? 0) / MS_PER_DAY;
  return { subjectId, events: [...events, { ...event(day, "LOINC/11506-3"), textValue: "Denies fatigue." }] };
}

async function writeTrees(folder: string, section: Outcomes): Promise<void> {
  const written = outcomesSchema.parse(section);
  const histories = timelines(200).map((timeline) =>
    buildHistory(timeline, cohortSchema.parse({}), resolveOutcomes(written)),
  );
  const isTuning = Uint8Array.from(histories, (_, i) => Number(i % 5 === 0));
  const fitting = fitTreeHead({
    histories,
    isTuning,
    outcomes: written,
    trees: treesSchema.parse({}),
    seed: 1,
  });
  let step = await fitting.next();
  while (step.done !== true) step = await fitting.next();
  await writeTreeHead(folder, step.value.head);
}

function timelines(persons: number): Timeline[] {
  const random = createRandom("served timelines");
  return Array.from({ length: persons }, (_, person) => {
    const index = 12_000 + random.integer(3000);
    const events = [
      event(index - 365.25 * (30 + random.integer(50)), "MEDS_BIRTH"),
      ...LABS.flatMap(({ code, unit, level }) =>
        Array.from({ length: 6 }, () => ({
          ...event(index - random.integer(2000), `LOINC/${code}`, level * (1 + 0.2 * random.normal())),
          unit,
        })),
      ),
      ...[...DIAGNOSES, ...ONSETS.map((code) => code.slice("ICD10CM/".length))].flatMap((code) =>
        random.next() < 0.3 ? [event(index + random.integer(3000) - 2000, `ICD10CM/${code}`)] : [],
      ),
      event(index, "COHORT/INDEX"),
      event(index + 1100 + random.integer(2000), random.next() < 0.2 ? "MEDS_DEATH" : "COHORT/LAST_CONTACT"),
    ].sort((a, b) => (a.time as number) - (b.time as number));
    const sex = event(null, random.integer(2) === 0 ? "SEX/F" : "SEX/M");
    return { subjectId: (person + 1) as SubjectKey, events: [sex, ...events] };
  });
}

function tasksOf({ list, predictionTimes }: Outcomes) {
  return list.flatMap(({ name, title }) =>
    predictionTimes.flatMap(({ at, horizons }) =>
      horizons.map((horizon) => ({ outcome: name, title, landmark: at, horizon })),
    ),
  );
}

function verdictOf(outcomes: Outcomes, word: VerdictWord): Verdict {
  return {
    schema: "longitude.verdict/1",
    model: "m".repeat(64),
    verdict: word,
    words: "For a test.",
    tasks: tasksOf(outcomes).map((task) => ({ ...task, verdict: word, excludedGroups: [], gates: [] })),
    judged: {},
  };
}

function evaluationOf(outcomes: Outcomes) {
  const method = "invented";
  const group = (meanRisk: number) => ({
    n: 250,
    meanRisk,
    observed: { value: meanRisk, low: 0.8 * meanRisk, high: 1.2 * meanRisk, n: 250, method },
  });
  const calibration = [0.05, 0.2, 0.4, 0.6, 0.8].map(group);
  return evaluationSchema.parse({
    schema: "longitude.evaluation/1",
    persons: 1250,
    mainModel: "longitude",
    baselines: [],
    bootstrap: { resamples: 0, seed: 1, clusters: "person" },
    recordLengthStrata: 1,
    vetting: [],
    tasks: tasksOf(outcomes).map((task) => ({
      ...task,
      horizonDays: 365.25 * Number.parseInt(task.horizon, 10),
      n: 1250,
      events: 500,
      eventsEver: 500,
      deaths: 0,
      censored: 0,
      attrition: {},
      observedIncidence: { value: 0.4, low: 0.35, high: 0.45, n: 1250, method },
      models: {},
      differences: {},
      verdict: "better",
      verdictAgainst: null,
      verdictText: "",
      code: null,
      curves: { longitude: { roc: [], calibration } },
    })),
    summary: [],
  });
}
