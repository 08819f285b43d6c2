/** The forecasts for the patient and family: short words, people of a hundred as pictures, large type, to be printed and taken home. */
import { Link } from "@tanstack/react-router";
import { type Ref, useRef, useState } from "react";
import type { PatientAnswer } from "../../../../src/serving/workspace/patient/patient-answer.ts";
import english from "../../../languages/en/plain.json";
import { useTexts } from "../../language/texts.ts";
import { IconArray } from "../../patient/icon-array.tsx";
import { OpenedPatient } from "../../patient/opened-patient.tsx";
import { excess, type Forecast, usePatient, usePatientKey } from "../../patient/use-patient.ts";
import { useFocusAfter } from "../../states/focus-after.ts";
import "./plain.css";

export default function Plain() {
  const t = useTexts("plain", english);
  const key = usePatientKey();
  const query = usePatient();
  return (
    <div className="plain">
      <p className="row no-print">
        <Link
          to={key === "launch" ? "/patient" : `/patients/${key}`}
          activeOptions={{ exact: true }}
          className="button"
        >
          {t("back")}
        </Link>
        <button type="button" className="button" onClick={() => print()}>
          {t("print")}
        </button>
      </p>
      <h1>{t("title")}</h1>
      <OpenedPatient query={query}>{(patient) => <Shown patient={patient} />}</OpenedPatient>
    </div>
  );
}

/** Not shown before somebody asks for it. */
const ASKED_FOR = "death";

function Shown({ patient }: { readonly patient: PatientAnswer }) {
  const t = useTexts("plain", english);
  const [all, setAll] = useState(false);
  const shortest = Math.min(...patient.forecasts.map(({ horizonDays }) => horizonDays));
  const told = patient.forecasts
    .filter(({ horizonDays, risk }) => horizonDays === shortest && risk !== null)
    .sort((a, b) => excess(b) - excess(a));
  const hidden = told.some(({ outcome }) => outcome === ASKED_FOR) && !all;
  const askedFor = useRef<HTMLHeadingElement>(null);
  useFocusAfter(hidden, askedFor);
  const shown = told.filter(({ outcome }) => all || outcome !== ASKED_FOR);
  const { name, birthDate } = patient.banner;
  return (
    <>
      <p className="who">
        {t("for", { name: name ?? t("you"), born: birthDate ?? "–" })}{" "}
        {t("made", { day: patient.predictionTime.slice(0, 10) })}
      </p>
      <p>{t("intro")}</p>
      {shown.length === 0 && <p>{t("none")}</p>}
      {shown.map((forecast) => (
        <Chance
          key={forecast.outcome}
          forecast={forecast}
          heading={forecast.outcome === ASKED_FOR ? askedFor : undefined}
        />
      ))}
      {hidden && (
        <p className="no-print">
          <button type="button" className="button clinical" onClick={() => setAll(true)}>
            {t("showDeath")}
          </button>
        </p>
      )}
      <h2>{t("ask")}</h2>
      <ul>
        <li>{t("ask1")}</li>
        <li>{t("ask2")}</li>
        <li>{t("ask3")}</li>
      </ul>
      <p>{t("limits")}</p>
      <p className="small soft" data-fine-print>
        {patient.release.id}, {patient.release.version}; {patient.answer}
      </p>
    </>
  );
}

type Key = keyof typeof english & string;

function Chance({
  forecast: { outcome, title, horizonDays, risk, comparable, validated },
  heading,
}: {
  readonly forecast: Forecast;
  readonly heading: Ref<HTMLHeadingElement> | undefined;
}) {
  const t = useTexts("plain", english);
  const named = `outcome.${outcome}` as Key;
  // A site's own outcomes have no plain words here: their title stands in.
  const what = named in english ? t(named) : title.toLowerCase();
  const years = Math.round(horizonDays / 365.25);
  const many = Math.round(100 * (risk ?? 0));
  const values = { what, years, count: many, others: 100 - many };
  const usual = validated?.incidence ?? null;
  const versus =
    usual === null || comparable === null
      ? null
      : comparable.low > usual
        ? "more"
        : comparable.high < usual
          ? "less"
          : "like";
  const sentence = many === 0 ? t("fewer", values) : t("chance", values);
  return (
    <section>
      <h2 ref={heading} tabIndex={-1}>
        {t("heading", values)}
      </h2>
      <div className="chance">
        <IconArray share={risk ?? 0} label={sentence} large />
        <div>
          <p>
            {sentence} {many > 0 && t("others", values)}
          </p>
          {versus !== null && <p>{t(versus)}</p>}
        </div>
      </div>
    </section>
  );
}
