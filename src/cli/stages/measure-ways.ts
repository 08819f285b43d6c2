/**
 * Asks the same questions about the same tuning persons in every way that the model has: the site's outcomes, and sets of
 * events drawn at random, from the index date (or, without one, from the middle of the record).
 */
import type { Effects } from "../../effects/effects.ts";
import type { Random } from "../../effects/random.ts";
import { compareWays, type WayTask } from "../../evaluation/estimators/compare-ways.ts";
import { CENSORED, DEATH, type Observations, ONSET } from "../../evaluation/measures/observations.ts";
import { riskWithin } from "../../forecast/direct-reading.ts";
import { type EstimatorEvidence, keyOf, type Way } from "../../forecast/estimator-evidence.ts";
import { FutureSimulator } from "../../forecast/future-simulator.ts";
import { OnsetReader, type OnsetRequest } from "../../forecast/onset-reader.ts";
import { QueryReader } from "../../forecast/query-reader.ts";
import { encodePatient } from "../../tokens/encoded-patient.ts";
import { outcomeTokens, type TokenShares } from "../../tokens/outcome-tokens.ts";
import { byToken, firstHappenings } from "../../training/queries/query-pairs.ts";
import { drawQuery, queryUniverse } from "../../training/queries/random-query.ts";
import { labelAt } from "../../vetting/label.ts";
import { resolveOutcomes } from "../../vetting/outcome-definition.ts";
import type { PatientHistory } from "../../vetting/patient-history.ts";
import type { Progress } from "../progress.ts";
import type { SiteConfiguration } from "../site-config.ts";
import { readHistories } from "./read-histories.ts";

interface MeasureOptions {
  readonly folders: { readonly records: string; readonly model: string; readonly head: string };
  readonly configuration: SiteConfiguration;
  /** Events a year among training persons, by token. */
  readonly rates: Float32Array;
  readonly random: Random;
  readonly effects: Effects;
}

interface AskedSet {
  readonly name: string;
  readonly kind: WayTask["kind"];
  readonly query: TokenShares;
  /** What happened to a person; null when not at risk. */
  happened(request: OnsetRequest, person: number): { readonly days: number; readonly kind: number } | null;
}

/** @returns null when there is nobody to measure on */
export async function* measureWays(
  options: MeasureOptions,
): AsyncGenerator<Progress, EstimatorEvidence | null> {
  const { folders, configuration, effects } = options;
  const { cohort, outcomes, queries, forecast } = configuration;
  const definitions = resolveOutcomes(outcomes);
  const times = definitions.flatMap(({ predictionTimes }) => predictionTimes);
  const horizonDays = Math.max(...times.flatMap(({ horizons }) => horizons.map(({ days }) => days)));
  yield { step: "reading records", done: 0, total: null, unit: "" };
  const { histories } = await readHistories(
    folders.records,
    cohort,
    outcomes,
    ["tuning"],
    configuration.tokens.notes !== undefined,
  );
  const reader = await OnsetReader.open(folders.model, forecast.threads);
  const { checkpoint } = reader;
  const queryReader = QueryReader.open(folders.head, checkpoint, forecast.threads);
  if (queryReader === null) throw new TypeError("the query head is missing");
  const requests = options.random
    .fork("persons")
    .shuffle(histories.flatMap((history) => requestOf(history, checkpoint.vocabulary) ?? []))
    .slice(0, queries.evidencePersons);
  if (requests.length === 0) {
    await reader.close();
    await queryReader.close();
    return null;
  }
  const sets = [
    ...definitions.map(
      (definition, k): AskedSet => ({
        name: definition.name,
        kind: "outcome",
        query: outcomeTokens(definition.matches, checkpoint.vocabulary),
        happened({ history, day }) {
          const label = labelAt(history, definition, k, day);
          if (!label.eligible) return null;
          const kinds = { onset: ONSET, death: DEATH, censored: CENSORED };
          return { days: label.outcome.days, kind: kinds[label.outcome.kind] };
        },
      }),
    ),
    ...randomSets(options, requests, checkpoint.vocabulary),
  ].filter(({ query }, i, all) => {
    const first = all.findIndex((other) => keyOf(other.query) === keyOf(query));
    return query.tokens.length > 0 && first === i;
  });
  const asked = sets.map(({ query }) => query);

  const readAt = effects.now();
  const read = await queryReader.risks(requests, asked, horizonDays);
  const queryMilliseconds = (effects.now() - readAt) / requests.length;
  const onsets = await reader.read(requests);
  await reader.close();
  await queryReader.close();

  const simulator = new FutureSimulator(checkpoint, {
    longestFuture: forecast.longestFuture,
    threads: forecast.threads,
    random: options.random.fork("futures"),
  });
  const simulated: number[][] = new Array(requests.length);
  let tokens = 0;
  const plan = {
    queries: sets.map(({ name, query }) => ({ name, ...query })),
    horizonsDays: [horizonDays],
    futures: forecast.futures,
  };
  const simulatedAt = effects.now();
  let done = 0;
  const labelled = requests.map((request, i) => ({ ...request, label: String(i) }));
  try {
    for await (const { index, simulation } of simulator.simulate(labelled, plan)) {
      simulated[index] = simulation.risks.map(([risk]) => risk?.value ?? Number.NaN);
      tokens += simulation.tokens;
      if (++done % 8 === 0)
        yield { step: "comparing with simulation", done, total: requests.length, unit: "persons" };
    }
  } finally {
    await simulator.close();
  }
  const simulationMilliseconds = (effects.now() - simulatedAt) / requests.length;

  const tasks = sets.map((set, q): WayTask => {
    const trained = checkpoint.description.outcomes.findIndex(({ name }) => name === set.name);
    const ways = new Map<Way, (i: number) => number>();
    if (set.kind === "outcome" && trained >= 0)
      ways.set("direct", (i) =>
        riskWithin(onsets[i]?.hazards ?? new Float64Array(), checkpoint, trained, horizonDays),
      );
    ways.set("query", (i) => read[i]?.[q] ?? Number.NaN);
    ways.set("simulation", (i) => simulated[i]?.[q] ?? Number.NaN);
    return taskOf(set, requests, ways);
  });
  return {
    schema: "longitude.estimator-evidence/1",
    horizonDays,
    persons: requests.length,
    futures: forecast.futures,
    ...compareWays(tasks, requests.length, horizonDays, options.random.fork("resamples")),
    cost: {
      query: { milliseconds: queryMilliseconds, tokens: 0 },
      simulation: { milliseconds: simulationMilliseconds, tokens: tokens / requests.length },
    },
  };
}

function requestOf(
  history: PatientHistory,
  vocabulary: Parameters<typeof encodePatient>[1],
): OnsetRequest | null {
  const day = history.indexDay ?? (history.firstDay + history.lastDay) / 2;
  if (!(history.lastDay > day)) return null;
  return { history, patient: encodePatient(history, vocabulary), day };
}

/** Sets drawn as the query head's training drew them, named after what is in them; everybody is at risk of them. */
function randomSets(
  { configuration: { queries }, rates, random }: MeasureOptions,
  requests: readonly OnsetRequest[],
  vocabulary: Parameters<typeof encodePatient>[1],
): AskedSet[] {
  const drawn = queryUniverse(vocabulary, rates);
  return Array.from({ length: queries.evidenceSets }, (_, i) => {
    const draw = random.fork(`set ${i}`);
    const query = drawQuery(drawn, draw);
    const lookup = byToken([query]);
    const first = requests.map(
      (request) => firstHappenings(request, 1, lookup, vocabulary.death, draw)[0] as number,
    );
    const names = [...query.tokens].map((token) => vocabulary.name(token));
    const values = query.shares.some((share) => share < 1);
    return {
      name: `set ${i + 1}: ${names.slice(0, 2).join(", ")}${names.length > 2 ? `, … (${names.length} tokens)` : ""}`,
      kind: values ? "values" : "codes",
      query,
      happened({ patient, day }, person) {
        const at = first[person] as number;
        if (Number.isFinite(at)) return { days: at - day, kind: ONSET };
        const died = Number.isFinite(patient.deathDay);
        return { days: (died ? patient.deathDay : patient.lastDay) - day, kind: died ? DEATH : CENSORED };
      },
    };
  });
}

function taskOf(
  { name, kind, query, happened }: AskedSet,
  requests: readonly OnsetRequest[],
  ways: ReadonlyMap<Way, (person: number) => number>,
): WayTask {
  const labels = requests.map(happened);
  const persons = Int32Array.from(labels.flatMap((label, i) => (label === null ? [] : [i])));
  const atRisk = labels.filter((label) => label !== null);
  const observations: Observations = {
    days: Float64Array.from(atRisk, ({ days }) => days),
    kind: Uint8Array.from(atRisk, (label) => label.kind),
  };
  const risks = new Map(
    [...ways].map(([way, riskOf]) => [way, Float64Array.from(persons, (i) => riskOf(i))]),
  );
  return { name, kind, key: keyOf(query), persons, observations, risks };
}
