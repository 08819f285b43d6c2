/**
 * Writes what was shown into the hospital's record, where the site wants that: one RiskAssessment, named by its answer, so that
 * written twice it stands there once.
 * Invariant: off unless configured; only what was shown at the stages pilot and live; only to a server that the site lists.
 */
import { guardedFetch } from "../../ingest/bulk/guarded-fetch.ts";
import type { Answer } from "../answers/answer.ts";
import type { ShownForecast } from "../answers/shown-forecast.ts";
import { riskAssessment } from "../fhir/resources.ts";
import type { ServerContext } from "../server-context.ts";

export interface WriteBack {
  readonly answer: Answer;
  readonly shown: readonly ShownForecast[];
  /** FHIR id. */
  readonly patient: string;
  /** One that the site lists, with a slash at its end; null where the call names none. */
  readonly base: URL | null;
  readonly token: string | undefined;
  readonly requestId: string;
}

const WRITE_MS = 10_000;
const MOST_BYTES = 2 ** 20;

/** Nobody waits for it: a record that cannot be written leaves a line in the log, and the card is shown all the same. */
export function writeBack({ config, log }: ServerContext, written: WriteBack): void {
  const { answer, patient, base, token, requestId } = written;
  const shown = written.shown.filter(({ stage }) => stage === "pilot" || stage === "live");
  const given = shown.some(({ forecast }) => forecast.risk !== null);
  if (!config.cds.writeBack || base === null || token === undefined || !given) return;
  const failed = (kind: string) => log.write({ event: "failed", requestId, route: "write-back", kind });
  guardedFetch(
    new URL(`RiskAssessment/${answer.id}`, base),
    {
      method: "PUT",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/fhir+json" },
      body: JSON.stringify(riskAssessment(answer, shown, patient)),
    },
    { origins: [base.origin], timeoutMs: WRITE_MS, mostBytes: MOST_BYTES },
  ).then(
    ({ ok, status }) => {
      if (!ok) failed(`HTTP ${status}`);
    },
    (error: unknown) => failed(error instanceof Error ? error.name : typeof error),
  );
}
