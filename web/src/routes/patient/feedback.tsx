/** What the reader says of a forecast: one click to agree, a coded reason to disagree. Kept by the server, with its entry in the audit log. */
import { useRef, useState } from "react";
import type { PatientAnswer } from "../../../../src/serving/workspace/patient/patient-answer.ts";
import type { PatientFeedback } from "../../../../src/serving/workspace/patient/patient-routes.ts";
import english from "../../../languages/en/patient.json";
import { Reasons } from "../../controls/reasons.tsx";
import { useTell } from "../../data/queries.ts";
import { useTexts } from "../../language/texts.ts";
import { type Forecast, patientPath } from "../../patient/use-patient.ts";
import { Failed } from "../../states/states.tsx";

export interface FeedbackProps {
  readonly answer: string;
  readonly forecast: Forecast;
  readonly patientKey: string;
  readonly reasons: PatientAnswer["reasons"];
}

export function Feedback({ answer, forecast: { outcome, horizon }, patientKey, reasons }: FeedbackProps) {
  const t = useTexts("patient", english);
  const tell = useTell<PatientFeedback>(patientPath(patientKey, "/feedback"));
  const [disagreeing, setDisagreeing] = useState(false);
  const [reason, setReason] = useState("");
  const opener = useRef<HTMLButtonElement>(null);
  const say = (says: PatientFeedback["says"]) => {
    setDisagreeing(false);
    tell.mutate({ answer, outcome, horizon, says });
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
          onClick={() => setDisagreeing(!disagreeing)}
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
            options={reasons.map(({ code, display }) => [code, display] as const)}
            value={reason}
            onChange={setReason}
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
