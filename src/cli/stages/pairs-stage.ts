/**
 * Vetted question-answer pairs → tokens of the language model that is taught, as a stage of the site. `pairs.json` says
 * how many pairs, on whose word (keys, never names), by which evidence, and what was left out.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { toJson } from "../../artefacts/canonical-json.ts";
import { jsonHash } from "../../artefacts/signed-json.ts";
import { openTimelineStore } from "../../timeline/open-timeline-store.ts";
import { type PairDocuments, pairDocuments } from "../../tokens/text/pair-documents.ts";
import { readDocuments } from "../../tokens/text/text-sources.ts";
import { type TextCoverage, tokenizeText } from "../../tokens/text/tokenize-text.ts";
import { readCheckpoint } from "../../training/checkpoint.ts";
import type { PairSelection } from "../../vetting/pairs/select-pairs.ts";
import type { Stage } from "../pipeline.ts";
import { languageOf } from "./language-of.ts";
import { leftOutText, vettedPairs } from "./vetted-pairs.ts";

export const PAIRS_FILE = "pairs.json";

export const pairsStage: Stage = {
  name: "pairs",
  schemaVersion: 1,
  module: import.meta.filename,
  inputs: ["records", "language"],
  // Which pairs count can change from one day to the next: the selection itself is what is read.
  outsideInputs: async (site) => ({ pairs: jsonHash(toJson(await vettedPairs(site))) }),
  configuration: (site) => ({ splits: site.configuration.splits }),
  async *run({ site, folder, input }) {
    const selection = await vettedPairs(site);
    const { splits, privacy } = site.configuration;
    const { sources } = languageOf(site);
    const store = await openTimelineStore(input("records").folder);
    let made: PairDocuments;
    try {
      const read = { sources, store, deidentifies: privacy !== undefined, shares: splits };
      made = await pairDocuments(selection.pairs, splits, readDocuments(read));
    } finally {
      store.close();
    }
    const start = input("language").folder;
    const { vocabulary } = await readCheckpoint(start);
    const running = tokenizeText({
      documents: async function* () {
        yield* made.documents;
      },
      config: languageOf(site),
      clinical: vocabulary,
      from: { folder: start, vocabulary },
      out: folder,
    });
    for await (const event of running) {
      if (event.kind === "progress")
        yield { step: "encoding", done: event.documents, total: made.documents.length, unit: "pairs" };
      if (event.kind !== "done") continue;
      const figures = figuresOf(selection, made, event.coverage);
      await writeFile(join(folder, PAIRS_FILE), `${JSON.stringify(figures, null, 2)}\n`);
      return {
        headline: `${figures.pairs} vetted pairs (${figures.train} to learn, ${figures.tuning} for tuning, ${figures.heldOut} held out), ${wordOf(figures)}; left out: ${leftOutText(figures)}`,
        figures,
      };
    }
    throw new TypeError("tokenising ended without its coverage");
  },
};

type PairFigures = ReturnType<typeof figuresOf>;

function figuresOf(
  { pairs, ...selection }: PairSelection,
  { groups, readBefore }: PairDocuments,
  coverage: { readonly train: TextCoverage; readonly tuning: TextCoverage; readonly held_out: TextCoverage },
) {
  return {
    schema: "longitude.pairs/1",
    pairs: pairs.length,
    train: coverage.train.documents,
    tuning: coverage.tuning.documents,
    heldOut: coverage.held_out.documents,
    groups,
    readBefore,
    ...selection,
  };
}

function wordOf({ keys, unsigned, demonstration }: PairFigures): string {
  const parts = [
    ...(keys.length > 0 ? [`signed with ${keys.length === 1 ? "one key" : `${keys.length} keys`}`] : []),
    ...(unsigned > 0 ? [`${unsigned} recorded and not signed`] : []),
    ...(demonstration > 0 ? [`${demonstration} for demonstration only: not for clinical use`] : []),
  ];
  return parts.join(", ");
}
