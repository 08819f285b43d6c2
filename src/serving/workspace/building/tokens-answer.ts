/**
 * How well the site's newest vocabulary covers its records, as tokenising has left it.
 * Invariant: a split of fewer persons than the minimum cell has no figures, nor a code system of fewer events; the length of the
 * longest sequence, which is one person's, is not told.
 */
import { join } from "node:path";
import { z } from "zod";
import { builtArtefacts } from "../../../artefacts/built-artefacts.ts";
import { coverageSchema } from "../../../evaluation/report/report-input.ts";
import { isoTime } from "../../../state/value-parsers.ts";
import type { ServerContext } from "../../server-context.ts";
import { readJson } from "./read-json.ts";

const MINIMUM_CELL = 11;

export const tokensAnswerSchema = z.strictObject({
  at: z.string(),
  minimumCell: z.int(),
  /** Null: the site has no tokens. */
  tokens: z.strictObject({ id: z.string(), madeAt: z.string(), ofNewest: z.boolean() }).nullable(),
  splits: z.array(
    z.strictObject({
      split: z.string(),
      vocabulary: z.number(),
      /** Null: fewer persons than the minimum cell. */
      figures: z
        .strictObject({
          persons: z.number(),
          tokens: z.strictObject({ mean: z.number(), median: z.number(), p90: z.number() }),
          systems: z.array(
            z.strictObject({
              system: z.string(),
              events: z.number().nullable(),
              /** Shares of the events; null with them. */
              exact: z.number().nullable(),
              backedOff: z.number().nullable(),
              unknown: z.number().nullable(),
            }),
          ),
        })
        .nullable(),
    }),
  ),
});

export type TokensAnswer = z.output<typeof tokensAnswerSchema>;

export async function tokensAnswer({ folder, effects }: ServerContext): Promise<TokensAnswer> {
  const built = await builtArtefacts(folder);
  const tokens = built.find(({ kind }) => kind === "tokens");
  const records = built.find(({ kind }) => kind === "records");
  const coverage = tokens && (await readJson(join(tokens.folder, "coverage.json"), coverageSchema));
  return {
    at: isoTime(effects.now()),
    minimumCell: MINIMUM_CELL,
    tokens:
      tokens === undefined
        ? null
        : { id: tokens.id, madeAt: isoTime(tokens.madeAt), ofNewest: tokens.inputs.records === records?.id },
    splits: Object.entries(coverage ?? {}).map(
      ([split, { vocabulary, persons, tokensPerPerson, systems }]) => {
        const { mean, median, p90 } = tokensPerPerson;
        return {
          split,
          vocabulary,
          figures:
            persons < MINIMUM_CELL
              ? null
              : { persons, tokens: { mean, median, p90 }, systems: systems.map(shares) },
        };
      },
    ),
  };
}

function shares(row: {
  readonly system: string;
  readonly events: number;
  readonly exact: number;
  readonly backedOff: number;
  readonly unknown: number;
}) {
  const { system, events } = row;
  const share = (n: number) => (events < MINIMUM_CELL ? null : n / events);
  return {
    system,
    events: events < MINIMUM_CELL ? null : events,
    exact: share(row.exact),
    backedOff: share(row.backedOff),
    unknown: share(row.unknown),
  };
}
