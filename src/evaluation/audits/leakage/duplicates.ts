/**
 * Persons who are in two splits under two keys: records whose events are nearly the same, times counted from the first of
 * them, so that shifted dates hide nothing. Candidates are found by MinHash with banding (Broder 1997; Leskovec et al.,
 * Mining of Massive Datasets, 3.4), then compared exactly.
 */
import type { PatientHistory } from "../../../vetting/patient-history.ts";

const BANDS = 12;
const ROWS = 3;
/** Of the two sets of events together, the share that both have. */
const SAME_SHARE = 0.9;
/** Shorter records are alike by chance. */
const FEWEST_EVENTS = 10;

/** Persons of `measured` with a record long enough, and how many of them are also among `learned`. */
export function duplicatesAcross(
  learned: readonly PatientHistory[],
  measured: readonly PatientHistory[],
): { readonly compared: number; readonly duplicates: number } {
  const buckets = new Map<string, Set<number>[]>();
  for (const history of learned) {
    const marks = marksOf(history);
    if (marks === null) continue;
    for (const key of bandsOf(marks)) {
      const bucket = buckets.get(key);
      if (bucket === undefined) buckets.set(key, [marks]);
      else bucket.push(marks);
    }
  }
  let compared = 0;
  let duplicates = 0;
  for (const history of measured) {
    const marks = marksOf(history);
    if (marks === null) continue;
    compared++;
    const candidates = new Set(bandsOf(marks).flatMap((key) => buckets.get(key) ?? []));
    if ([...candidates].some((other) => isSame(marks, other))) duplicates++;
  }
  return { compared, duplicates };
}

function isSame(a: ReadonlySet<number>, b: ReadonlySet<number>): boolean {
  let both = 0;
  for (const mark of a) if (b.has(mark)) both++;
  return both >= SAME_SHARE * (a.size + b.size - both);
}

/** One number for each event: code, value, whole days since the first event. */
function marksOf({ events }: PatientHistory): Set<number> | null {
  if (events.length < FEWEST_EVENTS) return null;
  const first = events[0]!.day;
  const marks = new Set(
    events.map(({ day, code, value }) => hashOf(`${Math.round(day - first)} ${code} ${value ?? ""}`)),
  );
  return marks.size < FEWEST_EVENTS ? null : marks;
}

function bandsOf(marks: ReadonlySet<number>): string[] {
  return Array.from({ length: BANDS }, (_, band) => {
    const least = Array.from({ length: ROWS }, (_, row) => {
      const salt = Math.imul(band * ROWS + row + 1, 0x9e3779b1);
      let minimum = 0xffffffff;
      for (const mark of marks) {
        const mixed = mix(mark ^ salt);
        if (mixed < minimum) minimum = mixed;
      }
      return minimum;
    });
    return `${band}:${least.join(",")}`;
  });
}

/** FNV-1a, then mixed. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return mix(hash);
}

function mix(x: number): number {
  let hash = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
