/**
 * The stages of a site in river order: records → tokens → model → forecasts → baselines → evaluation → report.
 * Each entry says what the stage reads, which part of longitude.yaml can change it, and which module makes it.
 */
import type { Stage } from "./pipeline.ts";

export const stages: readonly Stage[] = [];
