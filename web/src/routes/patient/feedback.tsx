/** What the reader says of a forecast: one click to agree, a coded reason to disagree. Kept by the server, with its entry in the audit log. */
import { useRef } from "react";
import type { PatientAnswer } from "../../../../src/serving/workspace/patient/patient-answer.ts";
import type { PatientFeedback } from "../../../../src/serving/workspace/patient/patient-routes.ts";
import english from "../../../languages/en/patient.json";
import { Reasons } from "../../controls/reasons.tsx";
import { useDraft } from "../../data/drafts.ts";
import { useTell } from "../../data/queries.ts";
import { useCodes } from "../../language/codes.ts";
import { useTexts } from "../../language/texts.ts";
import { type Forecast, patientPath } from "../../patient/use-patient.ts";
import { Failed } from "../../states/states.tsx";

export interface FeedbackProps {
  readonly answer: string;
  readonly forecast: Forecast;
  readonly patientKey: string;
  readonly reasons: PatientAnswer["reasons"];
}

const UNSAID = { disagreeing: false, reason: "" };

export function Feedback({ answer, forecast: { outcome, horizon }, patientKey, reasons }: FeedbackProps) {
  const t = useTexts("patient", english);
  const nameOf = useCodes();
  const tell = useTell<PatientFeedback>(patientPath(patientKey, "/feedback"));
  const about = `feedback ${patientKey} ${outcome} ${horizon}`;
  const { draft, keep, forget } = useDraft(about, UNSAID, patientKey);
  const { disagreeing, reason } = draft;
  const opener = useRef<HTMLButtonElement>(null);
  const say = (says: PatientFeedback["says"]) => {
    const closed = { ...draft, disagreeing: false };
    keep(closed);
    tell.mutate({ answer, outcome, horizon, says }, { onSuccess: () => forget(closed) });
  };
  return (
    <div className="no-print">
      <h3>{t("whatYouSay")}</h3>
      <p className="row">
        <button type="button" className="button clinical" onClick={() => say({ kind: "agree" })}>
          {t("agree")}
        </button>
        <button
          ref={opener}
          type="button"
          className="button clinical"
          aria-expanded={disagreeing}
          onClick={() => keep({ ...draft, disagreeing: !disagreeing })}
        >
          {t("disagree")}
        </button>
        <button type="button" className="button clinical" onClick={() => say({ kind: "not applicable" })}>
          {t("notApplicable")}
        </button>
      </p>
      {disagreeing && (
        <div className="stack">
          <Reasons
            name="reason"
            legend={t("reason")}
            options={reasons.map(({ code, display }) => [code, nameOf("reason", code, display)] as const)}
            value={reason}
            onChange={(chosen) => keep({ ...draft, reason: chosen })}
          />
          <p>
            <button
              type="button"
              className="button clinical primary"
              disabled={reason === ""}
              onClick={() => {
                say({ kind: "disagree", reason });
                // The button goes with the reasons.
                opener.current?.focus();
              }}
            >
              {t("send")}
            </button>
          </p>
        </div>
      )}
      <p role="status" className="small">
        {tell.isSuccess ? `✓ ${t("recorded")}` : ""}
      </p>
      {tell.error !== null && <Failed error={tell.error} />}
    </div>
  );
}
