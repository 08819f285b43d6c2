/** The stages of a site in river order: records → quality → tokens → hazards → model → queries → forecasts → baselines → evaluation → audits → report. */
import type { Stage } from "./pipeline.ts";
import { auditsStage } from "./stages/audits-stage.ts";
import { baselinesStage } from "./stages/baselines-stage.ts";
import { evaluationStage } from "./stages/evaluation-stage.ts";
import { forecastsStage } from "./stages/forecasts-stage.ts";
import { hazardsStage } from "./stages/hazards-stage.ts";
import { modelStage } from "./stages/model-stage.ts";
import { qualityStage } from "./stages/quality-stage.ts";
import { queriesStage } from "./stages/queries-stage.ts";
import { recordsStage } from "./stages/records-stage.ts";
import { reportStage } from "./stages/report-stage.ts";
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
  auditsStage,
  reportStage,
];
