/**
 * Finds published passages for a question: the subjects that it names (MiniSearch over titles, with spelling slips), then
 * the kind of answer that it asks for. A subject is named when the rarer words of question and title are the same ones.
 * Invariant: a question whose rarer words no title holds finds nothing.
 */
import MiniSearch from "minisearch";
import { askedStems, stemOf, stemsOf, wordsOf } from "../words.ts";
import type { Passage } from "./passage.ts";
import { isKindWord, questionKinds } from "./question-kind.ts";

export interface FoundPassage {
  readonly passage: Passage;
  /** 0 to 1: how much of question and title is one and the same. */
  readonly subject: number;
  /** Whether it is of the kind that is asked for. */
  readonly ofKind: boolean;
  readonly score: number;
}

interface Subject {
  readonly id: number;
  readonly title: string;
  readonly stems: readonly string[];
  readonly passages: Passage[];
}

/** What finds passages. */
export interface PassageSource {
  /** The best first; empty when the corpus has nothing about what is asked. */
  find(question: string, most?: number): FoundPassage[] | Promise<FoundPassage[]>;
}

/** An index as it is kept: what takes a while to work out from the passages. */
export interface KeptIndex {
  /** Title, stems, and places among the passages. */
  readonly subjects: readonly (readonly [string, readonly string[], readonly number[]])[];
  /** MiniSearch, as JSON. */
  readonly search: string;
}

const SEARCH = { fields: ["title"], tokenize: wordsOf, processTerm: stemOf };
const SUBJECTS_READ = 60;
/** Below this, what was found is about something else (docs/benchmarks.md, abstention). */
export const LEAST_SUBJECT = 0.6;

export class PassageIndex implements PassageSource {
  readonly #subjects: Subject[];
  readonly passages: readonly Passage[];
  readonly #search: MiniSearch<{ id: number; title: string }>;
  readonly #frequency = new Map<string, number>();

  /** @param kept of these passages; worked out when left out */
  constructor(passages: readonly Passage[], kept?: KeptIndex) {
    this.passages = passages;
    if (kept === undefined) {
      this.#subjects = subjectsOf(passages);
      this.#search = new MiniSearch(SEARCH);
      this.#search.addAll(this.#subjects.map(({ id, title }) => ({ id, title })));
    } else {
      this.#subjects = kept.subjects.map(([title, stems, places], id) => ({
        id,
        title,
        stems,
        passages: places.map((place) => passages[place] as Passage),
      }));
      this.#search = MiniSearch.loadJSON(kept.search, SEARCH);
    }
    for (const { stems } of this.#subjects)
      for (const stem of stems) this.#frequency.set(stem, (this.#frequency.get(stem) ?? 0) + 1);
  }

  kept(): KeptIndex {
    const placeOf = new Map(this.passages.map((passage, place) => [passage, place]));
    return {
      subjects: this.#subjects.map(({ title, stems, passages }) => [
        title,
        stems,
        passages.map((passage) => placeOf.get(passage) as number),
      ]),
      search: JSON.stringify(this.#search),
    };
  }

  get size(): number {
    return this.#subjects.length;
  }

  find(question: string, most = 5): FoundPassage[] {
    const kinds = questionKinds(question);
    const found = this.#subjectsOf(question).flatMap(({ subject, score }) =>
      subject.passages.map((passage) => {
        const place = kinds.indexOf(passage.kind);
        const kindScore = place >= 0 ? 1 / (1 + place) : 0;
        return { passage, subject: score, ofKind: place >= 0, score: score + 0.35 * kindScore };
      }),
    );
    return found.sort((a, b) => b.score - a.score || (a.passage.id < b.passage.id ? -1 : 1)).slice(0, most);
  }

  #subjectsOf(question: string): { subject: Subject; score: number }[] {
    const asked = askedStems(question);
    const telling = asked.filter((stem) => !isKindWord(stem));
    const wanted = telling.length > 0 ? telling : asked;
    if (wanted.length === 0) return [];
    const all = new Set(asked);
    const hits = this.#search.search(asked.join(" "), {
      combineWith: "OR",
      fuzzy: (term) => (term.length > 7 ? 2 : term.length > 4 ? 1 : false),
      weights: { fuzzy: 0.4, prefix: 0.2 },
    });
    return hits
      .slice(0, SUBJECTS_READ)
      .map((hit) => {
        const subject = this.#subjects[hit.id as number] as Subject;
        return { subject, score: this.#sameness(subject, wanted, all, Object.keys(hit.match)) };
      })
      .filter(({ score }) => score >= LEAST_SUBJECT)
      .sort((a, b) => b.score - a.score);
  }

  /** Geometric mean of the share of the title that the question names and of the question that the title names. */
  #sameness(
    { stems }: Subject,
    wanted: readonly string[],
    asked: ReadonlySet<string>,
    matched: readonly string[],
  ): number {
    const slips = new Set(matched.filter((stem) => !asked.has(stem)));
    const weight = (stem: string) =>
      Math.log(1 + this.#subjects.length / (1 + (this.#frequency.get(stem) ?? 0)));
    const sum = (list: readonly string[], part: (stem: string) => number) =>
      list.reduce((total, stem) => total + weight(stem) * part(stem), 0);
    const inTitle = new Set(stems);
    const near = (stem: string) =>
      [...slips].some((slip) => inTitle.has(slip) && distanceWithin(stem, slip, 2));
    const ofTitle =
      sum(stems, (stem) => (asked.has(stem) ? 1 : slips.has(stem) ? 0.8 : 0)) / sum(stems, () => 1);
    const ofQuestion =
      sum(wanted, (stem) => (inTitle.has(stem) ? 1 : near(stem) ? 0.8 : 0)) / sum(wanted, () => 1);
    return Math.sqrt(ofTitle * ofQuestion);
  }
}

function subjectsOf(passages: readonly Passage[]): Subject[] {
  const byTitle = new Map<string, Subject>();
  for (const passage of passages) {
    const stems = [...new Set(stemsOf(passage.title))];
    const key = [...stems].sort().join(" ");
    const known = byTitle.get(key);
    if (known !== undefined) known.passages.push(passage);
    else byTitle.set(key, { id: byTitle.size, title: passage.title, stems, passages: [passage] });
  }
  return [...byTitle.values()];
}

/** Whether two words are at most `most` insertions, deletions or replacements apart. */
function distanceWithin(a: string, b: string, most: number): boolean {
  if (Math.abs(a.length - b.length) > most) return false;
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return (row[b.length] as number) <= most;
}
