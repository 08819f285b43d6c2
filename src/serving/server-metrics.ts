/** What is counted for Prometheus: by route, stage and reason; never by patient. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

export interface ServerMetrics {
  readonly registry: Registry;
  readonly requests: Histogram<"route" | "method" | "status">;
  readonly forecasts: Counter<"stage" | "outcome">;
  readonly abstentions: Counter<"outcome">;
  readonly feedback: Counter<"outcome">;
  readonly alarms: Gauge<"unit" | "rule">;
  readonly drift: Gauge<"unit" | "of">;
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

export function createServerMetrics(): ServerMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "longitude_" });
  const registers = [registry];
  return {
    registry,
    requests: new Histogram({
      name: "longitude_request_seconds",
      help: "Time from request to response",
      labelNames: ["route", "method", "status"],
      buckets: SECONDS,
      registers,
    }),
    forecasts: new Counter({
      name: "longitude_forecasts_total",
      help: "Forecasts given, by stage and outcome",
      labelNames: ["stage", "outcome"],
      registers,
    }),
    abstentions: new Counter({
      name: "longitude_abstentions_total",
      help: "Forecasts withheld from a record, by outcome",
      labelNames: ["outcome"],
      registers,
    }),
    feedback: new Counter({
      name: "longitude_feedback_total",
      help: "Feedback on cards, by its outcome",
      labelNames: ["outcome"],
      registers,
    }),
    alarms: new Gauge({
      name: "longitude_monitor_alarms",
      help: "Alarms of the last look, by unit and rule",
      labelNames: ["unit", "rule"],
      registers,
    }),
    drift: new Gauge({
      name: "longitude_monitor_drift",
      help: "Largest population stability index of a unit, of its inputs or its scores",
      labelNames: ["unit", "of"],
      registers,
    }),
  };
}
