/** The site's texts → sub-word tokens and one vocabulary with the clinical tokens, as a stage of the site. */
import { join } from "node:path";
import { contentHash, memoryFileOf } from "../../artefacts/content-hash.ts";
import { openTimelineStore } from "../../timeline/open-timeline-store.ts";
import { readDocuments } from "../../tokens/text/text-sources.ts";
import { type TokenizeTextEvent, tokenizeText } from "../../tokens/text/tokenize-text.ts";
import { readVocabulary } from "../../tokens/tokenize.ts";
import { readCheckpoint } from "../../training/checkpoint.ts";
import type { Stage } from "../pipeline.ts";
import { languageOf } from "./language-of.ts";

export const textStage: Stage = {
  name: "text",
  schemaVersion: 1,
  module: import.meta.filename,
  inputs: ["records", "tokens"],
  outsideInputs: async (site) => {
    const { sources, training } = languageOf(site);
    const memory = memoryFileOf(site.folder);
    const hashes: Record<string, string> = {};
    for (const [i, source] of sources.entries())
      if (source.file !== undefined) hashes[`source ${i + 1}`] = await contentHash(source.file, memory);
    if (training.from !== undefined)
      hashes.from = await contentHash(join(training.from, "tokenizer.json"), memory);
    return hashes;
  },
  configuration: (site) => {
    const { sources, vocabulary, minimumCount } = languageOf(site);
    // Files are known by their hashes.
    const read = sources.map((source) => (source.file === undefined ? source : { ...source, file: "" }));
    return { sources: read, vocabulary, minimumCount, splits: site.configuration.splits };
  },
  async *run({ site, folder, input }) {
    const language = languageOf(site);
    const { splits, privacy } = site.configuration;
    const { from } = language.training;
    const store = await openTimelineStore(input("records").folder);
    try {
      const running = tokenizeText({
        documents: () =>
          readDocuments({
            sources: language.sources,
            store,
            deidentifies: privacy !== undefined,
            shares: splits,
          }),
        config: language,
        clinical: await readVocabulary(join(input("tokens").folder, "vocabulary.json")),
        from:
          from === undefined
            ? undefined
            : { folder: from, vocabulary: (await readCheckpoint(from)).vocabulary },
        out: folder,
      });
      for await (const event of running) {
        if (event.kind === "done") return { headline: headlineOf(event), figures: event };
        const step = event.pass === "vocabulary" ? "learning byte pairs" : "encoding";
        yield { step, done: event.documents, total: null, unit: "documents" };
      }
      throw new TypeError("tokenising ended without its coverage");
    } finally {
      store.close();
    }
  },
};

function headlineOf({ textTokens, coverage }: Extract<TokenizeTextEvent, { kind: "done" }>): string {
  const all = Object.values(coverage);
  const sum = (of: (each: (typeof all)[number]) => number) =>
    all.reduce((total, each) => total + of(each), 0);
  const count = (value: number) => value.toLocaleString("en-US");
  const bytesPerToken =
    sum(({ bytes }) => bytes) /
    Math.max(
      1,
      sum(({ tokens }) => tokens),
    );
  return `${count(sum(({ documents }) => documents))} documents, ${count(sum(({ tokens }) => tokens))} tokens of ${bytesPerToken.toFixed(2)} bytes; ${count(textTokens)} text tokens`;
}
