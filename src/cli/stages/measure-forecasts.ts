/**
 * Measures forecasts and fitted baselines on the same persons; writes `evaluation.json` and, where futures were
 * simulated, `simulated.json`: direct reading beside simulation on the persons who have both.
 * One function for held-out persons of a site and for records from elsewhere, so that both are the same evidence.
 */
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { ARTEFACT_DAMAGED, EVALUATION_ONE_CLASS, EVALUATION_TOO_FEW_EVENTS } from "../../errors/registry.ts";
import {
  BASELINE_NAMES,
  type BaselineModels,
  baselineModelsSchema,
} from "../../evaluation/baselines/baseline-models.ts";
import { predictBaselines } from "../../evaluation/baselines/predict-baselines.ts";
import { type EvaluateInput, evaluate } from "../../evaluation/design/evaluate.ts";
import type { EvaluationDesign } from "../../evaluation/design/evaluation-design.ts";
import type { Evaluation } from "../../evaluation/design/evaluation-schema.ts";
import { type RiskRow, readRiskTable } from "../../forecast/risk-table.ts";
import type { OutcomesSection } from "../../vetting/outcome-definition.ts";
import type { PatientHistory } from "../../vetting/patient-history.ts";
import type { DefinitionVetting } from "../../vetting/statements/vetting-status.ts";
import type { Progress } from "../progress.ts";
import type { SiteConfiguration } from "../site-config.ts";
import { BASELINES_FILE } from "./baselines-stage.ts";

export const EVALUATION_FILE = "evaluation.json";
export const EVIDENCE_FILE = "evidence.json";
export const SIMULATED_FILE = "simulated.json";
/** Name of the model in the evaluation. */
export const MAIN_MODEL = "longitude";
const SIMULATED_MODEL = "longitudeSimulated";
const DECODER_MODEL = "longitudeDecoder";

export interface MeasureOptions {
  /** The persons measured. */
  readonly histories: readonly PatientHistory[];
  readonly design: EvaluationDesign;
  readonly configuration: SiteConfiguration;
  readonly vetting: readonly DefinitionVetting[];
  /** Folder with `risks.parquet`, `simulated.parquet` and, where trees stand beside the decoder, `decoder.parquet`. */
  readonly forecasts: string;
  /** Folder with the fitted baselines. */
  readonly baselines: string;
  readonly out: string;
}

export async function* measureForecasts(options: MeasureOptions): AsyncGenerator<Progress, Evaluation> {
  const { histories, configuration, out } = options;
  const { outcomes, evaluation: config } = configuration;
  const settings = {
    resamples: config.bootstrap,
    seed: config.seed,
    recordLengthStrata: config.recordLengthStrata,
    minimumEvents: config.minimumEvents,
    threads: config.threads,
    vetting: options.vetting,
  };
  const { thresholds, alertShares, minimumCell, minimumEvents } = config;
  const models = await readBaselines(options.baselines);
  const predicted = yield* relabel(
    predictBaselines({ models, histories, outcomes }),
    "applying the baselines",
  );
  const direct = await readRiskTable(join(options.forecasts, "risks.parquet"));
  const decoder = await readDecoder(options.forecasts);
  const { evaluation: measured, evidence } = yield* relabel(
    evaluate({
      histories,
      design: options.design,
      outcomes,
      risks: { [MAIN_MODEL]: direct, ...decoder, ...predicted },
      mainModel: MAIN_MODEL,
      baselines: BASELINE_NAMES,
      unfitted: models.unfitted,
      closeUp: { thresholds, alertShares, minimumCell, minimumEvents },
      ...settings,
    }),
    "measuring",
  );
  await writeFile(join(out, EVALUATION_FILE), `${JSON.stringify(measured, null, 1)}\n`);
  await writeFile(join(out, EVIDENCE_FILE), `${JSON.stringify(evidence)}\n`);

  yield* compareSimulated(options, direct, settings);
  return measured;
}

/** Simulation beside direct reading, on the persons who have both; nothing when they are too few to say anything. */
async function* compareSimulated(
  { histories, design, configuration: { outcomes }, forecasts, out }: MeasureOptions,
  direct: readonly RiskRow[],
  settings: Pick<
    EvaluateInput,
    "resamples" | "seed" | "recordLengthStrata" | "minimumEvents" | "threads" | "vetting"
  >,
): AsyncGenerator<Progress, void> {
  const simulated = await readRiskTable(join(forecasts, "simulated.parquet"));
  const sample = new Set(simulated.map(({ subjectId }) => subjectId));
  if (sample.size === 0) return;
  const input: EvaluateInput = {
    histories: histories.filter(({ subjectId }) => sample.has(subjectId)),
    design,
    outcomes: onlyAsked(outcomes, simulated),
    risks: { [MAIN_MODEL]: direct, [SIMULATED_MODEL]: simulated },
    mainModel: MAIN_MODEL,
    baselines: [SIMULATED_MODEL],
    unfitted: [],
    closeUp: null,
    ...settings,
  };
  try {
    const both = yield* relabel(evaluate(input), "measuring simulated futures");
    await writeFile(join(out, SIMULATED_FILE), `${JSON.stringify(both.evaluation, null, 1)}\n`);
  } catch (error) {
    const tooFew =
      error instanceof LongitudeError &&
      [EVALUATION_TOO_FEW_EVENTS.code, EVALUATION_ONE_CLASS.code].includes(error.code);
    if (!tooFew) throw error;
  }
}

async function readBaselines(folder: string): Promise<BaselineModels> {
  const parsed = baselineModelsSchema.safeParse(
    JSON.parse(await readFile(join(folder, BASELINES_FILE), "utf8")),
  );
  if (parsed.success) return parsed.data;
  throw new LongitudeError(ARTEFACT_DAMAGED, `${folder}/${BASELINES_FILE} does not hold baselines`, {
    cause: parsed.error,
  });
}

/** The decoder's own risks, where they are only a part of Longitude's: nothing of the mean is hidden. */
async function readDecoder(forecasts: string): Promise<Record<string, RiskRow[]>> {
  const path = join(forecasts, "decoder.parquet");
  return existsSync(path) ? { [DECODER_MODEL]: await readRiskTable(path) } : {};
}

/** The outcomes with only those landmarks at which there are rows. */
function onlyAsked(outcomes: OutcomesSection, rows: readonly RiskRow[]): OutcomesSection {
  const asked = new Set(rows.map(({ landmark }) => landmark));
  const kept = (times: OutcomesSection["predictionTimes"]) => times.filter(({ at }) => asked.has(at));
  return {
    ...outcomes,
    predictionTimes: kept(outcomes.predictionTimes),
    list: outcomes.list.map((outcome) =>
      outcome.predictionTimes === undefined
        ? outcome
        : { ...outcome, predictionTimes: kept(outcome.predictionTimes) },
    ),
  };
}

/** Turns events that count tasks into progress. */
async function* relabel<T>(
  running: AsyncGenerator<{ outcome: string; landmark: string; done: number; total: number }, T, void>,
  step: string,
): AsyncGenerator<Progress, T> {
  for (;;) {
    const next = await running.next();
    if (next.done === true) return next.value;
    const { outcome, landmark, done, total } = next.value;
    yield { step, done, total, unit: "tasks", detail: `${outcome} from ${landmark}` };
  }
}
