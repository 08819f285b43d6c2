/** When a monitor raises an alarm and what follows: `serving.monitor` of longitude.yaml. Strict unless the site says otherwise. */
import { z } from "zod";

export const RULES = [
  "input drift",
  "score drift",
  "withheld",
  "missing inputs",
  "slow",
  "errors",
  "alert burden",
  "overridden",
  "unknown codes",
  "miscalibrated",
  "calibration slope",
  "ranks badly",
] as const;

const rule = (above: number, silent: boolean, about: string) =>
  z
    .strictObject({
      /** The alarm stands while the figure is above. */
      above: z.number().positive().default(above),
      /** Whether what is shown there returns to silent by itself; going up again takes a signed statement. */
      silent: z.boolean().default(silent),
    })
    .prefault({})
    .describe(about);

const INPUT =
  "Population stability index of the values of one measured quantity against the training records, less what chance gives.";
const SCORE =
  "Population stability index of an outcome's risks against the held-out persons, less what chance gives.";
const MISSING = "Mean share of measured quantities of the model that the record has no value of.";

const MISCALIBRATED =
  "How many times observed onsets exceed expected ones, or the other way round, by the nearer end of the 95 % interval; of what has matured.";
const SLOPE =
  "How many times the calibration slope of what has matured is off 1, by the nearer end of its 95 % interval; 100 where that is not above 0.";
const RANKS = "How much the upper end of the AUROC's 95 % interval falls short of 1, of what has matured.";

export const monitorSchema = z.strictObject({
  /** How often the server looks. */
  everyMinutes: z.number().positive().max(1440).default(15),
  /** Requests of so many days are judged together. */
  days: z.int().min(1).max(366).default(7),
  /** Units with fewer persons are not judged, and have no figures but their counts. */
  minimumPersons: z.int().min(10).default(50),
  /** A shown forecast counts as an alert where the risk is at least so many times what is usual for the outcome. */
  alertTimesUsual: z.number().positive().default(2),
  /** When an alarm stands. */
  rules: z
    .strictObject({
      "input drift": rule(0.25, true, INPUT),
      "score drift": rule(0.25, true, SCORE),
      withheld: rule(0.5, false, "Share of persons without any forecast."),
      "missing inputs": rule(0.7, false, MISSING),
      slow: rule(2000, false, "95th percentile of the time to an answer, ms."),
      errors: rule(0.05, false, "Share of requests that ended in an error."),
      "alert burden": rule(30, false, "Alerts per 100 persons."),
      overridden: rule(0.9, false, "Share of what was said of cards and forecasts that sets them aside."),
      "unknown codes": rule(
        0.2,
        false,
        "Mean share of a record's events whose code the training records lack.",
      ),
      miscalibrated: rule(1.25, true, MISCALIBRATED),
      "calibration slope": rule(1.5, true, SLOPE),
      "ranks badly": rule(0.4, true, RANKS),
    })
    .prefault({}),
});

export type MonitorConfig = z.output<typeof monitorSchema>;
