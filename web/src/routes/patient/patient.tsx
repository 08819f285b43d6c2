/** One patient: who, what is forecast and why, the record, how the forecast came to be, futures, what is missing. */
import { Link } from "@tanstack/react-router";
import { useEffect, useMemo, useRef, useState } from "react";
import type { PatientAnswer } from "../../../../src/serving/workspace/patient/patient-answer.ts";
import english from "../../../languages/en/patient.json";
import { AfterPaint } from "../../controls/after-paint.tsx";
import { WhenNear } from "../../controls/when-near.tsx";
import { useSession } from "../../data/session.ts";
import { horizonText } from "../../language/figures.ts";
import { Said } from "../../language/said.tsx";
import { useTexts } from "../../language/texts.ts";
import { Banner } from "../../patient/banner.tsx";
import { OpenedPatient } from "../../patient/opened-patient.tsx";
import { Timeline, type TimelineHandle } from "../../patient/timeline/timeline.tsx";
import { excess, usePatient, usePatientKey } from "../../patient/use-patient.ts";
import { Empty, Partial, Stale } from "../../states/states.tsx";
import { ForecastDetail } from "./forecast-detail.tsx";
import { ForecastList } from "./forecast-list.tsx";
import { Futures } from "./futures.tsx";
import { PastRisks } from "./past-risks.tsx";
import "./patient.css";

export default function Patient() {
  const query = usePatient();
  const key = usePatientKey();
  const t = useTexts("patient", english);
  return (
    <div className="stack patient">
      <div className="row">
        <h1>{t("title")}</h1>
        {query.data !== undefined && (
          <nav aria-label={t("views")} className="row no-print">
            <Link to={`/patients/${key}/team`} className="button">
              {t("team")}
            </Link>
            <Link to={`/patients/${key}/plain`} className="button">
              {t("plain")}
            </Link>
            <Link to={`/patients/${key}/tokens`} className="button">
              {t("tokens")}
            </Link>
          </nav>
        )}
      </div>
      <OpenedPatient query={query}>
        {(patient) => <Shown key={patient.key} patient={patient} />}
      </OpenedPatient>
    </div>
  );
}

const STALE_DAYS = 365;
/** Of four lanes and what stands around them. */
const TIMELINE_HEIGHT = 400;

function Shown({ patient }: { readonly patient: PatientAnswer }) {
  const t = useTexts("patient", english);
  const horizons = useMemo(() => horizonsOf(patient), [patient]);
  const [horizon, setHorizon] = useState(horizons[0]?.horizon ?? "");
  const listed = patient.forecasts.filter((forecast) => forecast.horizon === horizon);
  const [chosen, setChosen] = useState<string | null>(null);
  const highest = [...listed].sort((a, b) => excess(b) - excess(a))[0];
  const selected = listed.find(({ outcome }) => outcome === chosen) ?? highest;
  const timeline = useRef<TimelineHandle>(null);
  const marked = useMemo(() => new Set(selected?.drivers.map(({ code }) => code) ?? []), [selected]);
  const { daysSinceLast, missing, leftOut } = patient.record;
  const lost = Object.entries(leftOut).filter(([, count]) => count > 0);
  return (
    <>
      <Banner patient={patient} />
      <WrongPatientGuard />
      {patient.readAt !== null && (
        <Stale since={patient.readAt}>
          <p>{t("stored", { at: patient.readAt.slice(0, 16).replace("T", " ") })}</p>
        </Stale>
      )}
      {daysSinceLast !== null && daysSinceLast > STALE_DAYS && (
        <Stale since={dayBack(patient.predictionTime, daysSinceLast)}>
          <p>{t("staleWhy", { days: daysSinceLast })}</p>
        </Stale>
      )}
      {patient.withheld !== null ? (
        <Empty title={t("withheld")}>
          <p>
            <Said text={patient.withheld} />
          </p>
        </Empty>
      ) : (
        <>
          <fieldset className="row plain-group no-print">
            <legend className="hidden">{t("horizon")}</legend>
            <span aria-hidden="true" className="soft">
              {t("horizon")}
            </span>
            {horizons.map(({ horizon: one, days }) => (
              <button
                key={one}
                type="button"
                className={one === horizon ? "button primary" : "button"}
                aria-pressed={one === horizon}
                onClick={() => setHorizon(one)}
              >
                {horizonText(days)}
              </button>
            ))}
          </fieldset>
          <div className="forecasts">
            <ForecastList
              forecasts={listed}
              selected={selected?.outcome ?? null}
              onSelect={setChosen}
              within={horizonText(listed[0]?.horizonDays ?? 0)}
            />
            {selected !== undefined && (
              <ForecastDetail
                key={selected.outcome}
                patient={patient}
                forecast={selected}
                onShow={(event) => timeline.current?.show(event)}
              />
            )}
          </div>
        </>
      )}
      <AfterPaint height={TIMELINE_HEIGHT}>
        <Timeline
          ref={timeline}
          timeline={patient.timeline}
          now={patient.predictionTime}
          marked={marked}
          markedBecause={
            selected === undefined || marked.size === 0
              ? null
              : t("markedBecause", { outcome: selected.title })
          }
        />
      </AfterPaint>
      {selected !== undefined && selected.risk !== null && (
        <WhenNear height={420}>
          <div className="charts">
            <section className="panel">
              <PastRisks patient={patient} forecast={selected} />
            </section>
            <Futures outcome={selected.outcome} patient={patient} />
          </div>
        </WhenNear>
      )}
      {missing.length + lost.length > 0 && (
        <section className="panel stack" aria-labelledby="missing">
          <h2 id="missing">{t("missing")}</h2>
          {missing.length > 0 && (
            <Partial title={t("notMeasured", { count: missing.length })}>
              <p>{missing.map(({ text }) => text).join("; ")}</p>
            </Partial>
          )}
          {lost.length > 0 && (
            <Partial title={t("leftOut", { count: lost.reduce((sum, [, count]) => sum + count, 0) })}>
              <p>{lost.map(([reason, count]) => `${reason}: ${count}`).join("; ")}</p>
            </Partial>
          )}
        </section>
      )}
      <section className="panel small" aria-labelledby="about-forecast">
        <h2 id="about-forecast">{t("aboutForecast")}</h2>
        <p>{t("notFor")}</p>
        <p className="soft">
          {t("made", {
            version: patient.release.version,
            release: patient.release.id,
            reviewBy: patient.release.reviewBy,
          })}{" "}
          {patient.answer === null ? "" : t("answer", { answer: patient.answer })}
        </p>
      </section>
    </>
  );
}

/** A launch of another patient in another window: what is here is then not the chart that is open. */
function WrongPatientGuard() {
  const t = useTexts("patient", english);
  const { data: session, refetch } = useSession();
  const [first] = useState(session?.patient ?? null);
  useEffect(() => {
    const look = () => void refetch();
    addEventListener("focus", look);
    return () => removeEventListener("focus", look);
  }, [refetch]);
  if (session === undefined || first === session.patient) return null;
  return (
    <div className="state failed" role="alert" data-state="failed">
      <p className="title">{t("otherChart")}</p>
      <button type="button" className="button clinical" onClick={() => location.reload()}>
        {t("openThat")}
      </button>
    </div>
  );
}

function horizonsOf({ forecasts }: PatientAnswer) {
  const days = new Map(forecasts.map(({ horizon, horizonDays }) => [horizon, horizonDays]));
  return [...days].map(([horizon, own]) => ({ horizon, days: own })).sort((a, b) => a.days - b.days);
}

function dayBack(iso: string, days: number): string {
  return new Date(Date.parse(iso) - days * 86_400_000).toISOString();
}
