/** One forecast in full: in words, for whom it was validated, what moved it, what vetted knowledge says, and what the reader says. */
import { count, percent } from "../../../../src/drawing/number-text.ts";
import type { PatientAnswer } from "../../../../src/serving/workspace/patient/patient-answer.ts";
import english from "../../../languages/en/patient.json";
import { Tag } from "../../controls/tag.tsx";
import { useCodes } from "../../language/codes.ts";
import { horizonText, naturalFrequency, shareText } from "../../language/figures.ts";
import { English, Said } from "../../language/said.tsx";
import { useTexts } from "../../language/texts.ts";
import { IconArray } from "../../patient/icon-array.tsx";
import type { Forecast } from "../../patient/use-patient.ts";
import { Empty } from "../../states/states.tsx";
import { Drivers } from "./drivers.tsx";
import { Feedback } from "./feedback.tsx";

export interface ForecastDetailProps {
  readonly patient: PatientAnswer;
  readonly forecast: Forecast;
  /** Leads to an event of the record, by its place. */
  onShow(event: number): void;
}

export function ForecastDetail({ patient, forecast, onShow }: ForecastDetailProps) {
  const t = useTexts("patient", english);
  const { title, risk, abstained, comparable, validated, verdict, stage, outcome, horizonDays } = forecast;
  const code = useCodes();
  const within = horizonText(horizonDays);
  const knowledge = patient.knowledge.filter(({ outcomes }) => outcomes.includes(outcome));
  return (
    <section className="panel stack detail" aria-labelledby="detail">
      <h2 id="detail">{t("within", { title, within })}</h2>
      {risk === null ? (
        <Empty title={t("whyNoAnswer")}>
          <p>{abstained === null ? code("stage", stage) : <Said text={abstained} />}</p>
          <p>{t("notLowRisk")}</p>
        </Empty>
      ) : (
        <>
          <div className="in-words">
            <IconArray share={risk} label={t("icons", { frequency: naturalFrequency(risk) })} />
            <div>
              <p className="big">{t("ofPeople", { frequency: naturalFrequency(risk) })}</p>
              <p>
                {t("model", { percent: percent(risk) })}{" "}
                {comparable === null
                  ? t("tooFew")
                  : t("comparable", {
                      observed: shareText({
                        value: comparable.observed,
                        low: comparable.low,
                        high: comparable.high,
                      }),
                      n: count(comparable.n),
                    })}
              </p>
              {validated !== null && (
                <p className="small soft">
                  {t("validated", {
                    persons: count(validated.persons),
                    onsets: count(validated.onsets),
                    usual: validated.incidence === null ? "–" : percent(validated.incidence),
                  })}{" "}
                  {validated.cIndex !== null &&
                    t("cIndex", {
                      value: validated.cIndex.value.toFixed(2),
                      low: validated.cIndex.low.toFixed(2),
                      high: validated.cIndex.high.toFixed(2),
                    })}
                </p>
              )}
              <p className="row">
                <Tag>{t("stage", { stage: code("stage", stage) })}</Tag>
                <Tag tone={verdict === "deploy" ? "good" : "neutral"}>
                  {t("verdict", { verdict: code("verdict", verdict) })}
                </Tag>
              </p>
            </div>
          </div>
          <Drivers drivers={forecast.drivers} timeline={patient.timeline} onShow={onShow} />
        </>
      )}
      {knowledge.length > 0 && (
        <div>
          <h3>{t("consider")}</h3>
          <ul className="knowledge">
            {knowledge.map(({ id, statement, action, population, strength, source, demonstration }) => (
              <li key={id}>
                {action !== null && (
                  <p>
                    <strong>{t(`strength.${strength as "consider"}`)}</strong> <English>{action}</English>
                  </p>
                )}
                <p className="small">
                  <English>{statement}</English>
                </p>
                <p className="small soft">
                  {t("forWhom", { population })}{" "}
                  <a href={source.url} rel="noreferrer" target="_blank">
                    {source.publisher}: {source.title}
                  </a>
                  {demonstration ? ` ${t("demonstration")}` : ""}
                </p>
              </li>
            ))}
          </ul>
        </div>
      )}
      {patient.answer !== null && risk !== null && (
        <Feedback
          answer={patient.answer}
          forecast={forecast}
          patientKey={patient.key}
          reasons={patient.reasons}
        />
      )}
    </section>
  );
}
