/** Records → token sequences and vocabulary, as a stage of the site. */
import { openTimelineStore } from "../../timeline/open-timeline-store.ts";
import type { CoverageReport } from "../../tokens/coverage.ts";
import { type TokenizeEvent, tokenize } from "../../tokens/tokenize.ts";
import { resolveOutcomes } from "../../vetting/outcome-definition.ts";
import type { Stage } from "../pipeline.ts";
import type { Progress } from "../progress.ts";

export const tokensStage: Stage = {
  name: "tokens",
  schemaVersion: 1,
  module: import.meta.filename,
  inputs: ["records"],
  after: ["quality"],
  configuration: ({ configuration: { tokens, cohort, outcomes, splits, privacy } }) => ({
    tokens,
    ...(tokens.notes === undefined ? {} : { deidentifies: privacy !== undefined }),
    cohort,
    outcomes,
    seed: splits.seed,
  }),
  async *run({ site, folder, input }) {
    const { cohort, outcomes, tokens, splits, privacy } = site.configuration;
    const store = await openTimelineStore(input("records").folder);
    try {
      const running = tokenize({
        store,
        cohort,
        outcomes: resolveOutcomes(outcomes),
        config: tokens,
        seed: splits.seed,
        deidentifies: privacy !== undefined,
        out: folder,
      });
      for await (const event of running) {
        if (event.kind === "done")
          return { headline: headlineOf(event.coverage.train), figures: event.coverage };
        yield progressOf(event);
      }
      throw new TypeError("tokenising ended without its coverage");
    } finally {
      store.close();
    }
  },
};

function headlineOf({ vocabulary, tokensPerPerson, systems }: CoverageReport): string {
  const all = systems.at(-1);
  const share = (events = 0) => `${((100 * events) / Math.max(1, all?.events ?? 0)).toFixed(2)} %`;
  return `vocabulary of ${vocabulary}, ${tokensPerPerson.median} tokens a person (median); ${share(all?.backedOff)} of the events backed off, ${share(all?.unknown)} unknown`;
}

function progressOf({ pass, persons }: Extract<TokenizeEvent, { kind: "progress" }>): Progress {
  const step = pass === "vocabulary" ? "learning the vocabulary" : "encoding";
  return { step, done: persons, total: null, unit: "persons" };
}
