/**
 * An entry of the audit log as a FHIR R4 AuditEvent: who, what, which object and patient key, why, outcome, and the
 * hashes that chain it.
 * Invariant: it holds what the entry holds and nothing more; the patient is named by the de-identified key alone.
 */
import type { Json } from "../../artefacts/canonical-json.ts";
import type { AuditEntry } from "./audit-entry.ts";

const SYSTEM = "https://longitude.example/audit";
/** FHIR: 0 success, 4 minor failure, 8 serious failure. */
const OUTCOME: Readonly<Record<AuditEntry["outcome"], string>> = { done: "0", refused: "4", failed: "8" };

/** Create, read, update, execute, by the verb of the action. */
function actionCode(action: string): "C" | "R" | "U" | "E" {
  const verb = action.split(".").at(-1) ?? "";
  if (/^(create|add|propose|release|approval|waiver|sign)/.test(verb)) return "C";
  if (/^(read|list|show|view|export|reidentify)/.test(verb)) return "R";
  if (/^(change|update|stage|alias|rotate|retire)/.test(verb)) return "U";
  return "E";
}

/** @param site name of the site, which observed the event */
export function auditEvent(entry: AuditEntry, site: string): Json {
  const { sequence, at, actor, action, object, patientKey, reason, outcome, hash, previousHash } = entry;
  const text = (url: string, valueString: string) => ({ url: `${SYSTEM}/${url}`, valueString });
  return {
    resourceType: "AuditEvent",
    id: `audit-${sequence}`,
    extension: [
      { url: `${SYSTEM}/sequence`, valueInteger: sequence },
      text("hash", hash),
      text("previous-hash", previousHash),
      ...(entry.clockSetBackMs > 0
        ? [{ url: `${SYSTEM}/clock-set-back-ms`, valueDecimal: entry.clockSetBackMs }]
        : []),
    ],
    type: {
      system: "http://terminology.hl7.org/CodeSystem/audit-event-type",
      code: "rest",
      display: "Restful Operation",
    },
    subtype: [{ system: `${SYSTEM}/action`, code: action }],
    action: actionCode(action),
    recorded: at,
    outcome: OUTCOME[outcome],
    ...(reason === "" ? {} : { purposeOfEvent: [{ text: reason }] }),
    agent: [
      {
        type: { text: actor === "system" ? "Longitude itself" : "person" },
        who: { identifier: { system: `${SYSTEM}/actor`, value: actor } },
        requestor: true,
      },
    ],
    source: { observer: { identifier: { system: `${SYSTEM}/site`, value: site } } },
    ...entities(object, patientKey),
  };
}

function entities(object: string, patientKey: string | null): { readonly [key: string]: Json } {
  const entity = [
    ...(object === "-"
      ? []
      : [
          {
            what: { identifier: { system: `${SYSTEM}/object`, value: object } },
            type: role("2", "System Object"),
          },
        ]),
    ...(patientKey === null
      ? []
      : [
          {
            what: { identifier: { system: `${SYSTEM}/patient-key`, value: patientKey } },
            type: role("1", "Person"),
          },
        ]),
  ];
  return entity.length === 0 ? {} : { entity };
}

function role(code: string, display: string): Json {
  return { system: "http://terminology.hl7.org/CodeSystem/audit-entity-type", code, display };
}
