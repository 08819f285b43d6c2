/**
 * Encoded patients on disk: flat arrays in one safetensors file a split, readable from any language.
 */
import type { SubjectKey } from "../timeline/patient-event.ts";
import type { EncodedNotes, EncodedPatient } from "./encoded-patient.ts";
import { readSafetensors, type Tensor, tensorData, writeSafetensors } from "./safetensors.ts";

const SCALARS = ["birthDay", "indexDay", "deathDay", "firstDay", "lastDay"] as const;

export function writeTokenShard(path: string, patients: readonly EncodedPatient[]): void {
  const tensors = new Map<string, Tensor>();
  const vector = (name: string, data: Tensor["data"]) => tensors.set(name, { data, shape: [data.length] });
  vector(
    "subjectId",
    BigInt64Array.from(patients, (patient) => BigInt(patient.subjectId)),
  );
  for (const name of SCALARS)
    vector(
      name,
      Float64Array.from(patients, (patient) => patient[name]),
    );
  const ragged = (
    name: string,
    lists: readonly ArrayLike<number>[],
    Type: typeof Int32Array | typeof Float64Array,
  ) => {
    const offsets = new BigInt64Array(lists.length + 1);
    lists.forEach((list, i) => {
      offsets[i + 1] = (offsets[i] as bigint) + BigInt(list.length);
    });
    const flat = new Type(Number(offsets[lists.length]));
    lists.forEach((list, i) => {
      flat.set(list, Number(offsets[i]));
    });
    vector(`${name}.offsets`, offsets);
    vector(name, flat);
  };
  ragged(
    "staticTokens",
    patients.map((patient) => patient.staticTokens),
    Int32Array,
  );
  ragged(
    "tokens",
    patients.map((patient) => patient.tokens),
    Int32Array,
  );
  ragged(
    "days",
    patients.map((patient) => patient.days),
    Float64Array,
  );
  if (patients.some(({ notes }) => notes !== undefined)) {
    ragged(
      "noteAt",
      patients.map(({ notes }) => notes?.at ?? []),
      Int32Array,
    );
    ragged(
      "notes",
      patients.flatMap(({ notes }) => notes?.tokens ?? []),
      Int32Array,
    );
  }
  const outcomes = patients[0]?.outcomeDays.length ?? 0;
  for (let k = 0; k < outcomes; k++) {
    ragged(
      `outcomeDays.${k}`,
      patients.map((patient) => patient.outcomeDays[k] ?? []),
      Float64Array,
    );
  }
  writeSafetensors(path, tensors, { schema: "longitude.tokens/1", outcomes: String(outcomes) });
}

export function readTokenShard(path: string): EncodedPatient[] {
  const file = readSafetensors(path);
  const subjects = tensorData(file, "subjectId", BigInt64Array);
  const scalars = Object.fromEntries(
    SCALARS.map((name) => [name, tensorData(file, name, Float64Array)]),
  ) as Record<(typeof SCALARS)[number], Float64Array>;
  const ragged = <A extends Int32Array | Float64Array>(
    name: string,
    Type: abstract new (...args: never[]) => A,
  ): ((i: number) => A) => {
    const offsets = tensorData(file, `${name}.offsets`, BigInt64Array);
    const flat = tensorData(file, name, Type);
    return (i) => flat.subarray(Number(offsets[i]), Number(offsets[i + 1])) as A;
  };
  const staticTokens = ragged("staticTokens", Int32Array);
  const tokens = ragged("tokens", Int32Array);
  const days = ragged("days", Float64Array);
  const notesOf = file.tensors.has("noteAt") ? readNotes() : null;
  const outcomes = Array.from({ length: Number(file.metadata.outcomes ?? 0) }, (_, k) =>
    ragged(`outcomeDays.${k}`, Float64Array),
  );
  return Array.from(subjects, (subject, i) => ({
    subjectId: Number(subject) as SubjectKey,
    birthDay: scalars.birthDay[i] as number,
    indexDay: scalars.indexDay[i] as number,
    deathDay: scalars.deathDay[i] as number,
    firstDay: scalars.firstDay[i] as number,
    lastDay: scalars.lastDay[i] as number,
    staticTokens: staticTokens(i),
    tokens: tokens(i),
    days: days(i),
    ...(notesOf === null ? {} : { notes: notesOf(i) }),
    outcomeDays: outcomes.map((daysOf) => [...daysOf(i)]),
  }));

  /** `noteAt` of a person tells which events have notes; `notes` has them in that order, person after person. */
  function readNotes(): (i: number) => EncodedNotes {
    const [at, pieces] = [ragged("noteAt", Int32Array), ragged("notes", Int32Array)];
    const offsets = tensorData(file, "noteAt.offsets", BigInt64Array);
    return (i) => ({
      at: at(i),
      tokens: Array.from(at(i), (_, note) => pieces(Number(offsets[i]) + note)),
    });
  }
}
