/** A forecast that may be seen, with the stage that it has reached where it was asked for. */
import type { ShownStage } from "../stages/effective-stage.ts";
import type { Forecast } from "./answer.ts";

export interface ShownForecast {
  readonly forecast: Forecast;
  readonly stage: ShownStage;
}
