/**
 * The vocabulary: every token a single id, an outcome therefore a set of ids. Built on training persons only.
 * A numeric event is one fused token, code x value bin. What the vocabulary lacks backs off to its parent code,
 * at last to `UNKNOWN//<system>`.
 */
import { z } from "zod";
import { parentCode } from "../timeline/parent-code.ts";
import {
  bytePairs,
  NOTE_CUT,
  NOTE_END,
  NOTE_MARKS,
  NOTE_START,
  NoteCodec,
  noteTokensSchema,
} from "./notes/note-codec.ts";
import type { BytePairs } from "./text/learn-byte-pairs.ts";
import { binKey, binOf } from "./value-bins.ts";

export const PAD = "<pad>";
export const START = "<start>";
export const INDEX = "<index>";
export const DEATH_TOKEN = "MEDS_DEATH";

export const vocabularySchema = z.strictObject({
  schema: z.literal("longitude.vocabulary/1"),
  tokens: z.array(z.string()),
  /** Inner edges of the value bins of a code and unit. */
  edges: z.record(z.string(), z.array(z.number())),
  /** Evenly spaced quantiles of a code and unit: how values lie within a bin. Absent in older vocabularies. */
  quantiles: z.record(z.string(), z.array(z.number())).optional(),
  /** Parents stated by the records, beside those that a code's own spelling tells. */
  parents: z.record(z.string(), z.array(z.string())),
  intervalDays: z.array(z.number()),
  clockYears: z.number(),
  /** Ids below this belong to pieces of text, of notes or of an imported model; `tokens` begins here. */
  textTokens: z.int().min(0).default(0),
  /** How notes are read; absent where they are not. */
  notes: noteTokensSchema.optional(),
});

export type VocabularyFile = z.output<typeof vocabularySchema>;
export type Match = "exact" | "backed off" | "unknown";

export interface TokenMatch {
  readonly token: number;
  readonly match: Match;
  /** When backed off: the code whose token it is, which may be the event's own without its value. */
  readonly via?: string;
}

/** What every piece of text is called here: its own name is its tokenizer's matter. */
const TEXT_TOKEN = "<text>";

const OLDEST_AGE_YEARS = 120;

export class Vocabulary {
  readonly size: number;
  readonly pad: number;
  readonly start: number;
  readonly index: number;
  readonly death: number;
  /** Null where notes are not read. */
  readonly notes: NoteCodec | null;
  private readonly ids: ReadonlyMap<string, number>;
  private readonly firstAge: number;
  private readonly firstInterval: number;

  constructor(readonly file: VocabularyFile) {
    this.ids = new Map(file.tokens.map((name, i) => [name, file.textTokens + i]));
    this.size = file.textTokens + file.tokens.length;
    this.pad = this.id(PAD);
    this.start = this.id(START);
    this.index = this.id(INDEX);
    this.death = this.id(DEATH_TOKEN);
    this.firstAge = this.id(ageToken(0));
    this.firstInterval = this.id(intervalToken(0));
    this.notes =
      file.notes === undefined
        ? null
        : new NoteCodec(file.notes, {
            start: this.id(NOTE_START),
            cut: this.id(NOTE_CUT),
            end: this.id(NOTE_END),
          });
  }

  name(token: number): string {
    if (token >= 0 && token < this.file.textTokens) return TEXT_TOKEN;
    const name = this.file.tokens[token - this.file.textTokens];
    if (name === undefined) throw new RangeError(`there is no token ${token}`);
    return name;
  }

  /** Token of an age in years; ages beyond the table share its last token. */
  age(years: number): number {
    const whole = Number.isFinite(years) ? Math.max(0, Math.min(OLDEST_AGE_YEARS, Math.floor(years))) : 0;
    return this.firstAge + whole;
  }

  isAge(token: number): boolean {
    return token >= this.firstAge && token <= this.firstAge + OLDEST_AGE_YEARS;
  }

  /** Token of a gap, or null when it is shorter than the shortest interval. */
  interval(gapDays: number): number | null {
    const bin = binOf(this.file.intervalDays, gapDays);
    return bin === 0 ? null : this.firstInterval + bin - 1;
  }

  /** Position of an interval token among the intervals, or null when it is none. */
  intervalBin(token: number): number | null {
    const bin = token - this.firstInterval;
    return bin >= 0 && bin < this.file.intervalDays.length ? bin : null;
  }

  /** The token of an event: fused with its value bin where one was learned, else the plain code, else backed off. */
  match(code: string, value: number | null, unit: string | null): TokenMatch {
    if (value !== null) {
      const key = binKey(code, unit);
      const edges = this.file.edges[key];
      if (edges !== undefined) {
        const fused = this.ids.get(fusedToken(key, binOf(edges, value)));
        if (fused !== undefined) return { token: fused, match: "exact" };
      }
    }
    const plain = this.ids.get(code);
    if (plain !== undefined) {
      return value === null
        ? { token: plain, match: "exact" }
        : { token: plain, match: "backed off", via: code };
    }
    for (const ancestor of ancestors(code, this.file.parents)) {
      const token = this.ids.get(ancestor);
      if (token !== undefined) return { token, match: "backed off", via: ancestor };
    }
    const unknown = this.ids.get(unknownToken(systemOf(code))) ?? this.id(unknownToken(""));
    return { token: unknown, match: "unknown" };
  }

  /** The token of a code that nothing tells anything about. */
  get unknown(): number {
    return this.id(unknownToken(""));
  }

  /** The same tokens behind those of a text tokenizer, which is not that of the notes. */
  behindText(textTokens: number): Vocabulary {
    const { notes: _, ...file } = this.file;
    return new Vocabulary({ ...file, textTokens });
  }

  private id(name: string): number {
    const id = this.ids.get(name);
    if (id === undefined) throw new TypeError(`the vocabulary lacks ${name}`);
    return id;
  }
}

export interface CodeStatistics {
  /** Events of training persons by code. */
  readonly counts: ReadonlyMap<string, number>;
  readonly staticCounts: ReadonlyMap<string, number>;
  readonly edges: ReadonlyMap<string, readonly number[]>;
  readonly quantiles?: ReadonlyMap<string, readonly number[]>;
  readonly parents: ReadonlyMap<string, readonly string[]>;
}

/** Chooses the tokens. A code below `minimumEvents` gives its count to its parent, which may then pass. */
export function buildVocabulary(
  statistics: CodeStatistics,
  options: {
    readonly minimumEvents: number;
    readonly intervalDays: readonly number[];
    readonly clockYears: number;
    /** Pieces learned on notes, and how many of one note are read; notes are not read when absent. */
    readonly notes?: { readonly pairs: BytePairs; readonly longest: number } | undefined;
  },
): Vocabulary {
  const parents = Object.fromEntries(statistics.parents);
  const notes = options.notes && {
    longest: options.notes.longest,
    merges: options.notes.pairs.merges.map(([left, right]): [string, string] => [left, right]),
  };
  const kept = keptCodes(statistics.counts, parents, options.minimumEvents);
  const systems = [...new Set(["", ...[...statistics.counts.keys()].map(systemOf)])].sort();
  const tokens = [
    PAD,
    START,
    INDEX,
    DEATH_TOKEN,
    ...(notes === undefined ? [] : NOTE_MARKS),
    ...Array.from({ length: OLDEST_AGE_YEARS + 1 }, (_, years) => ageToken(years)),
    ...options.intervalDays.map((_, bin) => intervalToken(bin)),
    ...[...statistics.staticCounts.keys()].sort(),
    ...systems.map(unknownToken),
    ...kept,
    ...[...statistics.edges].flatMap(([key, edges]) =>
      Array.from({ length: edges.length + 1 }, (_, bin) => fusedToken(key, bin)),
    ),
  ];
  return new Vocabulary({
    schema: "longitude.vocabulary/1",
    tokens: [...new Set(tokens)],
    edges: Object.fromEntries([...statistics.edges].map(([key, edges]) => [key, [...edges]])),
    ...(statistics.quantiles === undefined
      ? {}
      : {
          quantiles: Object.fromEntries(
            [...statistics.quantiles].map(([key, quantiles]) => [key, [...quantiles]]),
          ),
        }),
    parents: Object.fromEntries(Object.entries(parents).map(([code, list]) => [code, [...list]])),
    intervalDays: [...options.intervalDays],
    clockYears: options.clockYears,
    textTokens: notes === undefined ? 0 : bytePairs(notes).tokens.length,
    ...(notes === undefined ? {} : { notes }),
  });
}

function keptCodes(
  counts: ReadonlyMap<string, number>,
  parents: Readonly<Record<string, readonly string[]>>,
  minimum: number,
): string[] {
  const totals = new Map<string, number>();
  // A count climbs level by level until it reaches a code that is frequent enough; it visits a code once.
  let climbing = [...counts].map(([code, count]) => ({ code, count, visited: new Set([code]) }));
  while (climbing.length > 0) {
    for (const { code, count } of climbing) totals.set(code, (totals.get(code) ?? 0) + count);
    climbing = climbing.flatMap(({ code, count, visited }) =>
      (totals.get(code) as number) >= minimum
        ? []
        : directParents(code, parents)
            .filter((parent) => !visited.has(parent))
            .map((parent) => ({ code: parent, count, visited: new Set(visited).add(parent) })),
    );
  }
  return [...totals].flatMap(([code, total]) => (total >= minimum ? [code] : [])).sort();
}

function* ancestors(code: string, parents: Readonly<Record<string, readonly string[]>>): Generator<string> {
  const seen = new Set([code]);
  const queue = [code];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    for (const parent of directParents(next, parents)) {
      if (seen.has(parent)) continue;
      seen.add(parent);
      queue.push(parent);
      yield parent;
    }
  }
}

function directParents(
  code: string,
  parents: Readonly<Record<string, readonly string[]>>,
): readonly string[] {
  const stated = parents[code];
  if (stated !== undefined && stated.length > 0) return stated;
  const spelled = parentCode(code);
  return spelled === null ? [] : [spelled];
}

export function systemOf(code: string): string {
  const slash = code.indexOf("/");
  return slash <= 0 ? "" : code.slice(0, slash);
}

function ageToken(years: number): string {
  return `AGE//${years}`;
}

function intervalToken(bin: number): string {
  return `INTERVAL//${bin}`;
}

function fusedToken(key: string, bin: number): string {
  return `${key}//Q${bin + 1}`;
}

function unknownToken(system: string): string {
  return `UNKNOWN//${system}`;
}
