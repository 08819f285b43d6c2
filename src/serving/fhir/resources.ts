/**
 * An answer as FHIR R4: a RiskAssessment, the Device that gave it, the Provenance that says so, and a GuidanceResponse
 * where nothing could be forecast. All bear the label of what an artificial intelligence asserted (`AIAST`).
 * Invariant: the same answer gives the same resources.
 */
import { toJson } from "../../artefacts/canonical-json.ts";
import type { Answer, Forecast } from "../answers/answer.ts";
import type { ShownForecast } from "../answers/shown-forecast.ts";
import { frequency, percent } from "../cds/cards.ts";

const AI_LABEL = {
  security: [
    {
      system: "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
      code: "AIAST",
      display: "Artificial Intelligence asserted",
    },
  ],
} as const;
const MS_PER_DAY = 86_400_000;

export function riskAssessment(answer: Answer, shown: readonly ShownForecast[], patient: string): object {
  const start = answer.predictionTime;
  const given = shown.filter(({ forecast }) => forecast.risk !== null);
  const sandbox = shown.some(({ stage }) => stage === "sandbox");
  const notes = notesOf(answer, shown);
  return {
    resourceType: "RiskAssessment",
    id: answer.id,
    meta: AI_LABEL,
    contained: [{ ...device(answer), id: "model" }],
    identifier: [{ system: "urn:longitude:answer", value: answer.id }],
    status: sandbox ? "preliminary" : "final",
    method: { text: "Onset hazards of a decoder and trees, read in one pass; death competes" },
    subject: { reference: `Patient/${patient}` },
    occurrenceDateTime: start,
    performer: { reference: "#model" },
    ...basisOf(given),
    ...(given.length === 0 ? {} : { prediction: given.map(({ forecast }) => prediction(forecast, start)) }),
    ...(notes.length === 0 ? {} : { note: notes.map((text) => ({ text })) }),
  };
}

function prediction({ outcome, title, horizon, horizonDays, risk, comparable }: Forecast, start: string) {
  const end = new Date(Date.parse(start) + horizonDays * MS_PER_DAY).toISOString();
  const like =
    comparable === null
      ? "Too few comparable people to say how often it happened to them."
      : `Of ${comparable.n} comparable held-out people ${percent(comparable.observed)} had it (95 % interval ${percent(comparable.low)} to ${percent(comparable.high)}).`;
  return {
    outcome: { coding: [{ system: "urn:longitude:outcome", code: outcome, display: title }], text: title },
    probabilityDecimal: risk ?? 0,
    whenPeriod: { start, end },
    rationale: `${title} within ${horizon}: ${percent(risk ?? 0)}, ${frequency(risk ?? 0)}. ${like}`,
  };
}

function basisOf(given: readonly ShownForecast[]): { basis?: { reference: string }[] } {
  const resources = given.flatMap(({ forecast }) => forecast.drivers.flatMap((driver) => driver.resources));
  const references = [...new Set(resources)].map((reference) => ({ reference }));
  return references.length === 0 ? {} : { basis: references };
}

function notesOf(answer: Answer, shown: readonly ShownForecast[]): string[] {
  const notes: string[] = [];
  if (shown.some(({ stage }) => stage === "sandbox")) notes.push("Sandbox: not for care.");
  if (shown.some(({ stage }) => stage === "pilot")) notes.push("Pilot.");
  const reasons = new Map<string, Set<string>>();
  for (const { forecast } of shown) {
    if (forecast.abstained === null) continue;
    const titles = reasons.get(forecast.abstained) ?? new Set();
    reasons.set(forecast.abstained, titles.add(forecast.title));
  }
  for (const [reason, titles] of reasons) notes.push(`No forecast of ${[...titles].join(", ")}: ${reason}.`);
  notes.push(`To be reviewed by ${answer.release.reviewBy}.`);
  return notes;
}

export function device(answer: Pick<Answer, "release">): object {
  return {
    resourceType: "Device",
    id: answer.release.id,
    meta: AI_LABEL,
    identifier: [{ system: "urn:longitude:release", value: answer.release.id }],
    status: "active",
    deviceName: [{ name: "Longitude patient-timeline model", type: "model-name" }],
    type: { text: "Artificial intelligence" },
    version: [{ value: answer.release.version }, { type: { text: "model" }, value: answer.release.model }],
  };
}

export function provenance(answer: Answer, recorded: string): object {
  return {
    resourceType: "Provenance",
    id: `prov-${answer.id.slice("ans-".length)}`,
    meta: AI_LABEL,
    target: [{ reference: `RiskAssessment/${answer.id}` }],
    recorded,
    reason: [{ coding: AI_LABEL.security }],
    agent: [
      {
        type: { text: "Artificial intelligence" },
        who: { reference: `Device/${answer.release.id}` },
      },
    ],
    entity: [
      {
        role: "source",
        what: { identifier: { system: "urn:longitude:data-sha256", value: answer.data } },
      },
    ],
  };
}

/** What an EHR can keep where no forecast was possible. */
export function guidanceResponse(answer: Answer, shown: readonly ShownForecast[], patient: string): object {
  return {
    resourceType: "GuidanceResponse",
    id: `guid-${answer.id.slice("ans-".length)}`,
    meta: AI_LABEL,
    moduleUri: "urn:longitude:forecast",
    status: answer.forecasts.some(({ risk }) => risk !== null) ? "success" : "data-required",
    subject: { reference: `Patient/${patient}` },
    occurrenceDateTime: answer.predictionTime,
    performer: { reference: `Device/${answer.release.id}` },
    note: notesOf(answer, shown).map((text) => ({ text })),
  };
}

export function operationOutcome(code: string, diagnostics: string, severity = "error"): object {
  return toJson({
    resourceType: "OperationOutcome",
    issue: [{ severity, code, diagnostics }],
  }) as object;
}
