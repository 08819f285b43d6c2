/**
 * Records to tokens: learns vocabulary, bins and the pieces of notes on training persons, then encodes every split.
 * Invariant: nothing of tuning or held-out persons enters the vocabulary, the bins or the pieces.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRandom } from "../effects/random.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import {
  TEXT_NONE,
  TEXT_NOT_DEIDENTIFIED,
  TOKENS_NO_TRAINING_PERSONS,
  VOCABULARY_INVALID,
} from "../errors/registry.ts";
import type { Split } from "../timeline/patient-event.ts";
import type { TimelineStore } from "../timeline/timeline-store.ts";
import { DAYS_PER_YEAR, parseDurationDays } from "../vetting/duration.ts";
import type { CohortDefinition, OutcomeDefinition } from "../vetting/outcome-definition.ts";
import { buildHistory, type PatientHistory } from "../vetting/patient-history.ts";
import { CoverageCounter, type CoverageReport } from "./coverage.ts";
import { type EncodedPatient, encodePatient } from "./encoded-patient.ts";
import { layOut } from "./lay-out.ts";
import { bytePairs } from "./notes/note-codec.ts";
import { WordCounter } from "./text/learn-byte-pairs.ts";
import { TOKENIZER_FILE } from "./text/text-encoder.ts";
import { textTokenizerFile } from "./text/text-tokenizer-file.ts";
import { writeTokenShard } from "./token-shard.ts";
import type { TokensConfig } from "./tokens-config.ts";
import { binKey, ValueSampler } from "./value-bins.ts";
import { buildVocabulary, Vocabulary, vocabularySchema } from "./vocabulary.ts";

export interface TokenizeOptions {
  readonly store: TimelineStore;
  readonly cohort: CohortDefinition;
  readonly outcomes: readonly OutcomeDefinition[];
  readonly config: TokensConfig;
  readonly seed: number;
  /** Whether the site de-identifies its records before anything else; no when absent. */
  readonly deidentifies?: boolean;
  /** Folder, which exists. */
  readonly out: string;
}

export type TokenizeEvent =
  | { readonly kind: "progress"; readonly pass: "vocabulary" | "encode"; readonly persons: number }
  | { readonly kind: "done"; readonly coverage: Readonly<Record<Split, CoverageReport>> };

export const SPLITS = ["train", "tuning", "held_out"] as const satisfies readonly Split[];
const PROGRESS_EVERY = 1000;
const QUANTILES_A_BIN = 20;

/**
 * Writes `vocabulary.json`, `coverage.json`, `<split>.safetensors` and, where notes are read, `tokenizer.json` of their
 * pieces.
 * @throws TEXT_NOT_DEIDENTIFIED, TEXT_NONE when notes are asked for
 */
export async function* tokenize(options: TokenizeOptions): AsyncGenerator<TokenizeEvent> {
  const { notes } = options.config;
  if (notes !== undefined && !notes.deidentified && options.deidentifies !== true)
    throw new LongitudeError(
      TEXT_NOT_DEIDENTIFIED,
      "`tokens.notes` asks for the records' notes, and nothing says that they hold no identifiers",
    );
  const vocabulary = yield* learnVocabulary(options);
  await writeFile(join(options.out, "vocabulary.json"), `${JSON.stringify(vocabulary.file)}\n`);
  if (vocabulary.file.notes !== undefined)
    await writeFile(
      join(options.out, TOKENIZER_FILE),
      `${JSON.stringify(textTokenizerFile(bytePairs(vocabulary.file.notes)))}\n`,
    );
  const coverage: Partial<Record<Split, CoverageReport>> = {};
  for (const split of SPLITS) {
    const counter = new CoverageCounter();
    const patients: EncodedPatient[] = [];
    for await (const history of histories(options, [split])) {
      const patient = encodePatient(history, vocabulary, (code, match, via) =>
        counter.event(code, match, via),
      );
      const laidOut = layOut(patient, vocabulary, { anchorDay: patient.lastDay, untilDay: patient.lastDay });
      counter.person(laidOut.tokens.length);
      patients.push(patient);
      if (patients.length % PROGRESS_EVERY === 0)
        yield { kind: "progress", pass: "encode", persons: patients.length };
    }
    writeTokenShard(join(options.out, `${split}.safetensors`), patients);
    coverage[split] = counter.report(vocabulary.size);
  }
  const total = coverage as Record<Split, CoverageReport>;
  await writeFile(join(options.out, "coverage.json"), `${JSON.stringify(total, null, 2)}\n`);
  yield { kind: "done", coverage: total };
}

/** Reads the vocabulary of a tokens folder or of a checkpoint. */
export async function readVocabulary(path: string): Promise<Vocabulary> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new LongitudeError(VOCABULARY_INVALID, "the vocabulary file is missing or is not JSON", { cause });
  }
  const result = vocabularySchema.safeParse(parsed);
  if (!result.success)
    throw new LongitudeError(
      VOCABULARY_INVALID,
      "the vocabulary file has another schema than this version reads",
    );
  return new Vocabulary(result.data);
}

async function* learnVocabulary(options: TokenizeOptions): AsyncGenerator<TokenizeEvent, Vocabulary> {
  const { config } = options;
  const counts = new Map<string, number>();
  const staticCounts = new Map<string, number>();
  const sampler = new ValueSampler(createRandom(options.seed).fork("value bins"));
  const words = config.notes === undefined ? null : new WordCounter();
  let persons = 0;
  for await (const history of histories(options, ["train"])) {
    for (const code of history.staticCodes) staticCounts.set(code, (staticCounts.get(code) ?? 0) + 1);
    for (const event of history.events) {
      counts.set(event.code, (counts.get(event.code) ?? 0) + 1);
      if (event.value !== null) sampler.add(binKey(event.code, event.unit), event.value);
      if (event.text !== undefined) words?.add(event.text);
    }
    if (++persons % PROGRESS_EVERY === 0) yield { kind: "progress", pass: "vocabulary", persons };
  }
  if (persons === 0)
    throw new LongitudeError(TOKENS_NO_TRAINING_PERSONS, "the records have no person in the training split");
  if (words?.bytes === 0)
    throw new LongitudeError(TEXT_NONE, "`tokens.notes` asks for notes, and no training person has one", {
      remedy:
        "Ingest records with notes (and keep them: `privacy.notes` must not be `drop`), or leave `tokens.notes` out.",
    });
  const codes = await options.store.codes();
  const parents = new Map(
    codes.filter((code) => code.parentCodes.length > 0).map((code) => [code.code, code.parentCodes]),
  );
  return buildVocabulary(
    {
      counts,
      staticCounts,
      edges: sampler.edges(config.valueBins, config.minimumEvents),
      quantiles: sampler.quantiles(QUANTILES_A_BIN * config.valueBins, config.minimumEvents),
      parents,
    },
    {
      minimumEvents: config.minimumEvents,
      intervalDays: config.intervals.map((text) => parseDurationDays(text) as number).sort((a, b) => a - b),
      clockYears: (parseDurationDays(config.clock) as number) / DAYS_PER_YEAR,
      notes:
        config.notes && words
          ? {
              pairs: words.learn(config.notes.vocabulary, config.notes.minimumCount),
              longest: config.notes.longest,
            }
          : undefined,
    },
  );
}

async function* histories(
  options: TokenizeOptions,
  splits: readonly Split[],
): AsyncGenerator<PatientHistory> {
  for await (const timeline of options.store.timelines({
    splits,
    texts: options.config.notes !== undefined,
  })) {
    const history = buildHistory(timeline, options.cohort, options.outcomes);
    if (Number.isFinite(history.firstDay)) yield history;
  }
}
