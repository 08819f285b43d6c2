/** Records → token sequences and vocabulary, as a stage of the site. */
import { openTimelineStore } from "../../timeline/open-timeline-store.ts";
import { type TokenizeEvent, tokenize } from "../../tokens/tokenize.ts";
import { resolveOutcomes } from "../../vetting/outcome-definition.ts";
import type { Stage } from "../pipeline.ts";
import type { Progress } from "../progress.ts";

export const tokensStage: Stage = {
  name: "tokens",
  schemaVersion: 1,
  module: import.meta.filename,
  inputs: ["records"],
  configuration: ({ configuration: { tokens, cohort, outcomes, splits } }) => ({
    tokens,
    cohort,
    outcomes,
    seed: splits.seed,
  }),
  async *run({ site, folder, input }) {
    const { cohort, outcomes, tokens, splits } = site.configuration;
    const store = await openTimelineStore(input("records"));
    try {
      const running = tokenize({
        store,
        cohort,
        outcomes: resolveOutcomes(outcomes),
        config: tokens,
        seed: splits.seed,
        out: folder,
      });
      let coverage: Extract<TokenizeEvent, { kind: "done" }>["coverage"] | null = null;
      for await (const event of running) {
        if (event.kind === "done") coverage = event.coverage;
        else yield progressOf(event);
      }
      return coverage === null ? {} : { vocabulary: coverage.train.vocabulary, coverage };
    } finally {
      store.close();
    }
  },
};

function progressOf({ pass, persons }: Extract<TokenizeEvent, { kind: "progress" }>): Progress {
  const step = pass === "vocabulary" ? "learning the vocabulary" : "encoding";
  return { step, done: persons, total: null, unit: "persons" };
}
