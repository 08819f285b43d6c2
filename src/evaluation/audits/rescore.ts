/** The model's risks of an audit's tasks, read from records that were changed in some way. */
import { type Hazards, riskWithin } from "../../forecast/direct-reading.ts";
import type { OnsetReader, OnsetRequest } from "../../forecast/onset-reader.ts";
import { encodePatient } from "../../tokens/encoded-patient.ts";
import type { PatientHistory } from "../../vetting/patient-history.ts";
import type { AuditedTask } from "./audited-tasks.ts";

/** How a record is changed before it is read at a day. */
export type Change = (history: PatientHistory, day: number) => PatientHistory;

/** Requests that are read together. */
const AT_ONCE = 512;

/**
 * @param histories the records as they are, in which the tasks' positions count
 * @returns risks at each task's horizon, in the order of its persons
 */
export async function rescore(
  reader: OnsetReader,
  histories: readonly PatientHistory[],
  tasks: readonly AuditedTask[],
  change: Change,
): Promise<Float64Array[]> {
  const { checkpoint } = reader;
  const requests: OnsetRequest[] = [];
  // Tasks at the same prediction time share a reading.
  const places = new Map<string, number>();
  const placesOf = tasks.map(({ persons }) =>
    Array.from(persons.positions, (position, i) => {
      const day = persons.predictionDays[i]!;
      const key = `${position} ${day}`;
      let place = places.get(key);
      if (place === undefined) {
        place = requests.length;
        places.set(key, place);
        const history = change(histories[position]!, day);
        requests.push({ history, patient: encodePatient(history, checkpoint.vocabulary), day });
      }
      return place;
    }),
  );
  const read: Hazards[] = [];
  for (let from = 0; from < requests.length; from += AT_ONCE) {
    for (const { hazards } of await reader.read(requests.slice(from, from + AT_ONCE))) read.push(hazards);
  }
  return tasks.map(({ k, horizon }, t) =>
    Float64Array.from(placesOf[t]!, (place) => riskWithin(read[place]!, checkpoint, k, horizon.days)),
  );
}
