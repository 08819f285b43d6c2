/**
 * Persons whose records the model finds unlikely, apart from the others: how much worse it does on what it has seen little
 * of. Unlikely is a low mean log-likelihood of the tokens that were known at the prediction time.
 */
import { encodePatient } from "../../tokens/encoded-patient.ts";
import { latestPart, layOut } from "../../tokens/lay-out.ts";
import { TokenReader } from "../../training/text/token-reader.ts";
import { type AuditCheck, check, figure } from "../audits/audit.ts";
import { type AuditedTask, nameOfTask } from "../audits/audited-tasks.ts";
import { prepareAuroc } from "../measures/auroc.ts";
import { prepareCalibrationLine } from "../measures/calibration-line.ts";
import { hasBoth, UNKNOWN } from "../measures/observations.ts";
import type { LooksInput } from "./looks-schema.ts";

/** Share of the persons of a task that counts as unlike. */
const UNLIKE_SHARE = 0.2;

export async function unlikeRecords(input: LooksInput): Promise<AuditCheck> {
  const { tasks, risks, ranking, minimumEvents } = input;
  const likelihood = await likelihoods(input);
  const figures = tasks.flatMap((task, t) => {
    const own = Float64Array.from(task.persons.positions, (position, i) =>
      likelihood(position, task.persons.predictionDays[i]!),
    );
    const limit = Float64Array.from(own).sort()[Math.floor(UNLIKE_SHARE * own.length)] ?? -Infinity;
    const groups = [
      { name: "unlike the records learned from", status: only(task, (i) => own[i]! < limit) },
      { name: "like them", status: only(task, (i) => own[i]! >= limit) },
    ];
    const name = nameOfTask(task);
    if (groups.some(({ status }) => !hasBoth(status, minimumEvents)))
      return [figure(`${name}: AUROC on records ${groups[0]!.name}`, null)];
    const measured = ranking.measured(
      task,
      groups.flatMap(({ status }) => {
        const line = prepareCalibrationLine(status, risks[t]!);
        return [prepareAuroc(status, risks[t]!), (weights: Float64Array) => line(weights).observedToExpected];
      }),
    );
    return groups.flatMap(({ name: group, status }, g) => {
      const n = status.reduce((sum, one) => sum + (one === UNKNOWN ? 0 : 1), 0);
      return [
        figure(`${name}: AUROC on records ${group}`, ranking.estimate(measured[2 * g]!, n)),
        figure(
          `${name}: observed to expected on records ${group}`,
          ranking.estimate(measured[2 * g + 1]!, n),
        ),
      ];
    });
  });
  return check(
    "out-of-distribution",
    "Records unlike those learned from",
    `The fifth of each task's persons whose known record the model finds least likely, token by token, beside the others.`,
    figures,
  );
}

/** Whoever is not in the group counts as unknown, and so for nothing. */
function only({ status }: AuditedTask, isIn: (i: number) => boolean): Uint8Array {
  return status.map((one, i) => (isIn(i) ? one : UNKNOWN));
}

/** Mean log-likelihood of a person's record as known on a day, read once for all tasks. */
async function likelihoods({
  tasks,
  histories,
  reader: { checkpoint },
  threads,
}: LooksInput): Promise<(position: number, day: number) => number> {
  const places = new Map<string, number>();
  const sequences: Int32Array[] = [];
  for (const { persons } of tasks)
    persons.positions.forEach((position, i) => {
      const day = persons.predictionDays[i]!;
      const key = `${position} ${day}`;
      if (places.has(key)) return;
      places.set(key, sequences.length);
      const patient = encodePatient(histories[position]!, checkpoint.vocabulary);
      const laidOut = layOut(patient, checkpoint.vocabulary, { anchorDay: day, untilDay: day });
      sequences.push(latestPart(laidOut, checkpoint.architecture.context));
    });
  const reader = new TokenReader(checkpoint, threads);
  try {
    const read = await reader.read(sequences);
    const means = read.map(
      ({ logProbabilities }) =>
        logProbabilities.reduce((sum, one) => sum + one, 0) / Math.max(1, logProbabilities.length),
    );
    return (position, day) => means[places.get(`${position} ${day}`) as number] as number;
  } finally {
    await reader.close();
  }
}
