/** How a unit is called on the page. */
import { useCallback } from "react";
import type { MonitoringAnswer } from "../../../../src/serving/workspace/monitoring/monitoring-answer.ts";
import english from "../../../languages/en/monitoring.json";
import { useTexts } from "../../language/texts.ts";

export interface OfMonitoring {
  readonly of: MonitoringAnswer;
}

export type Unit = MonitoringAnswer["units"][number];

export function useUnitName(): (unit: string | null) => string {
  const t = useTexts("monitoring", english);
  return useCallback((unit) => (unit === null ? t("everywhere") : unit === "" ? t("unnamed") : unit), [t]);
}

export function usePeriod({ days, at }: MonitoringAnswer): string {
  return useTexts("monitoring", english)("period", { days, at: at.slice(0, 10) });
}
