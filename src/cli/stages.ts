/** The stages of a site in river order: records → quality → tokens → hazards → model → queries → forecasts → baselines → evaluation → differential → audits → report. */
import type { Stage } from "./pipeline.ts";
import { auditsStage } from "./stages/audits-stage.ts";
import { baselinesStage } from "./stages/baselines-stage.ts";
import { differentialStage } from "./stages/differential-stage.ts";
import { evaluationStage } from "./stages/evaluation-stage.ts";
import { forecastsStage } from "./stages/forecasts-stage.ts";
import { hazardsStage } from "./stages/hazards-stage.ts";
import { instructionsStage } from "./stages/instructions-stage.ts";
import { languageStage } from "./stages/language-stage.ts";
import { modelStage } from "./stages/model-stage.ts";
import { pairsStage } from "./stages/pairs-stage.ts";
import { qualityStage } from "./stages/quality-stage.ts";
import { queriesStage } from "./stages/queries-stage.ts";
import { recordsStage } from "./stages/records-stage.ts";
import { reportStage } from "./stages/report-stage.ts";
import { textStage } from "./stages/text-stage.ts";
import { tokensStage } from "./stages/tokens-stage.ts";

export const stages: readonly Stage[] = [
  recordsStage,
  qualityStage,
  tokensStage,
  hazardsStage,
  modelStage,
  queriesStage,
  forecastsStage,
  baselinesStage,
  evaluationStage,
  differentialStage,
  auditsStage,
  reportStage,
];

/** Stages beside the river, which run when they are asked for: texts → a language model → one that answers. */
export const stagesWithLanguage: readonly Stage[] = [
  ...stages,
  textStage,
  languageStage,
  pairsStage,
  instructionsStage,
];
