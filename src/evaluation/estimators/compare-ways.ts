/**
 * Compares ways to estimate the same risks on the same persons: how well each ranks, how far its level is off, and the
 * paired difference of each two, by resampling persons jointly over all sets of events.
 */
import type { Random } from "../../effects/random.ts";
import type { EstimatorEvidence, EvidenceRow, Way } from "../../forecast/estimator-evidence.ts";
import { quantileOfSorted } from "../../trees/features/quantile-of-sorted.ts";
import { prepareAalenJohansen } from "../measures/aalen-johansen.ts";
import { drawResamples, multiplicityOf } from "../measures/bootstrap.ts";
import { prepareConcordance } from "../measures/concordance.ts";
import { type Observations, ONSET, once } from "../measures/observations.ts";

/** One set of events, on those of the persons who are at risk of it. */
export interface WayTask {
  readonly name: string;
  readonly kind: EvidenceRow["kind"];
  readonly key: string;
  /** Positions among all persons. */
  readonly persons: Int32Array;
  readonly observations: Observations;
  /** Risk within the horizon by way, in the order of `persons`. */
  readonly risks: ReadonlyMap<Way, Float64Array>;
}

type Comparison = Pick<EstimatorEvidence, "rows" | "queryMinusSimulation">;

/** Fewer events than this say nothing about ranking. */
const FEWEST_EVENTS = 3;
const RESAMPLES = 400;

export function compareWays(
  tasks: readonly WayTask[],
  persons: number,
  horizonDays: number,
  random: Random,
): Comparison {
  const resamples = drawResamples(persons, RESAMPLES, random);
  const rows: EvidenceRow[] = [];
  const shared = new Float64Array(RESAMPLES);
  let sharedValue = 0;
  for (const task of tasks) {
    const events = task.observations.kind.filter((kind) => kind === ONSET).length;
    if (events < FEWEST_EVENTS) continue;
    const plain = once(task.persons.length);
    const concordance = new Map(
      [...task.risks].map(([way, risks]) => [way, prepareConcordance(task.observations, risks)]),
    );
    const differences: Record<string, { value: number; low: number; high: number }> = {};
    for (const [first, second] of pairsOf([...task.risks.keys()])) {
      const [a, b] = [concordance.get(first), concordance.get(second)];
      if (a === undefined || b === undefined) continue;
      const resampled = resamplesOf(resamples, task.persons, (counts) => a(counts) - b(counts));
      const value = a(plain) - b(plain);
      const interval = intervalOf(value, resampled);
      if (interval === null) continue;
      differences[`${first} - ${second}`] = interval;
      if (first === "query" && second === "simulation") {
        sharedValue += value;
        resampled.forEach((each, i) => {
          shared[i]! += each;
        });
      }
    }
    const measured = (way: Way) => {
      const risks = task.risks.get(way);
      if (risks === undefined) return undefined;
      const expected = risks.reduce((sum, risk) => sum + risk, 0) / risks.length;
      const observed = prepareAalenJohansen(task.observations, horizonDays)(plain);
      return {
        cIndex: concordance.get(way)?.(plain) as number,
        observedToExpected: expected > 0 ? observed / expected : null,
      };
    };
    const [direct, query, simulation] = [measured("direct"), measured("query"), measured("simulation")];
    if (query === undefined || simulation === undefined) continue;
    rows.push({
      name: task.name,
      kind: task.kind,
      key: task.key,
      persons: task.persons.length,
      events,
      ways: { ...(direct === undefined ? {} : { direct }), query, simulation },
      differences,
    });
  }
  const counted = rows.filter((row) => "query - simulation" in row.differences).length;
  return {
    rows,
    queryMinusSimulation:
      counted === 0
        ? null
        : intervalOf(
            sharedValue / counted,
            shared.map((sum) => sum / counted),
          ),
  };
}

function pairsOf(ways: readonly Way[]): [Way, Way][] {
  return ways.flatMap((first, i) => ways.slice(i + 1).map((second): [Way, Way] => [first, second]));
}

function resamplesOf(
  resamples: ReturnType<typeof drawResamples>,
  persons: Int32Array,
  measure: (counts: Float64Array) => number,
): Float64Array {
  const counts = new Float64Array(persons.length);
  return Float64Array.from({ length: RESAMPLES }, (_, row) =>
    measure(multiplicityOf(resamples, row, persons, counts)),
  );
}

/** Percentile interval; null where a tenth of the resamples has no comparable pair. */
function intervalOf(value: number, resampled: Float64Array) {
  const usable = resampled.filter(Number.isFinite).sort();
  if (!Number.isFinite(value) || usable.length < 0.9 * resampled.length) return null;
  return { value, low: quantileOfSorted(usable, 0.025), high: quantileOfSorted(usable, 0.975) };
}
