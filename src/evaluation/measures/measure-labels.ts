/** What measures are called in reports, gates and pages. */
import type { MeasureName } from "../design/evaluation-schema.ts";

export const MEASURE_LABELS: Readonly<Record<MeasureName, string>> = {
  cIndex: "C-index",
  auroc: "AUROC, IPCW",
  aurocCompleteCase: "AUROC, complete case",
  aurocInStrata: "AUROC in strata of record length",
  auprc: "AUPRC, IPCW",
  auprcCompleteCase: "AUPRC, complete case",
  brier: "Brier, IPCW",
  brierCompleteCase: "Brier, complete case",
  calibrationSlope: "Calibration slope, IPCW",
  calibrationSlopeCompleteCase: "Calibration slope, complete case",
  calibrationIntercept: "Calibration intercept, IPCW",
  calibrationInterceptCompleteCase: "Calibration intercept, complete case",
  observedToExpected: "O:E, IPCW",
  observedToExpectedCompleteCase: "O:E, complete case",
  calibrationAalenJohansen: "O:E, Aalen–Johansen",
  meanRisk: "Mean predicted risk",
};

/** @returns the title of a measure of a model, or of its calibration; the name itself where there is none */
export function measureLabel(name: string): string {
  if (name === "ici") return "Integrated calibration index";
  return (MEASURE_LABELS as Readonly<Record<string, string>>)[name] ?? name;
}
