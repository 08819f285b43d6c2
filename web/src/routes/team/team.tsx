/** The same patient by specialty, in one picture: each field's conditions, values and forecasts, and where fields meet or pull apart. */
import { Link } from "@tanstack/react-router";
import { fixed, percent } from "../../../../src/drawing/number-text.ts";
import type { CareTeam } from "../../../../src/serving/workspace/patient/care-team.ts";
import english from "../../../languages/en/team.json";
import { Tag } from "../../controls/tag.tsx";
import { useAsked } from "../../data/queries.ts";
import { useCodes } from "../../language/codes.ts";
import { horizonText, naturalFrequency } from "../../language/figures.ts";
import { English, Said, useSaidText } from "../../language/said.tsx";
import { useTexts } from "../../language/texts.ts";
import { Banner } from "../../patient/banner.tsx";
import { OpenedPatient } from "../../patient/opened-patient.tsx";
import { patientPath, usePatientKey } from "../../patient/use-patient.ts";
import { Empty } from "../../states/states.tsx";
import "./team.css";

export default function Team() {
  const t = useTexts("team", english);
  const key = usePatientKey();
  const query = useAsked<CareTeam>(patientPath(key, "/team"));
  return (
    <div className="stack">
      <div className="row">
        <h1>{t("title")}</h1>
        <Link
          to={key === "launch" ? "/patient" : `/patients/${key}`}
          activeOptions={{ exact: true }}
          className="button no-print"
        >
          {t("back")}
        </Link>
      </div>
      <OpenedPatient query={query}>{(team) => <Shown team={team} />}</OpenedPatient>
    </div>
  );
}

function Shown({ team: { patient, fields, meetings, horizonDays } }: { readonly team: CareTeam }) {
  const t = useTexts("team", english);
  return (
    <>
      <Banner patient={patient} />
      {patient.withheld !== null && (
        <Empty title={t("withheld")}>
          <p>
            <Said text={patient.withheld} />
          </p>
        </Empty>
      )}
      <section className="panel" aria-labelledby="meet">
        <h2 id="meet">{t("meet")}</h2>
        {meetings.length === 0 ? <p className="soft">{t("noMeetings")}</p> : <Meetings meetings={meetings} />}
        <p className="small soft">{t("meetHow")}</p>
      </section>
      {fields.length === 0 ? (
        <Empty title={t("noFields")} />
      ) : (
        <div className="fields">
          {fields.map((field) => (
            <Field key={field.specialty} field={field} within={horizonText(horizonDays)} />
          ))}
        </div>
      )}
    </>
  );
}

function Meetings({ meetings }: Pick<CareTeam, "meetings">) {
  const t = useTexts("team", english);
  const code = useCodes();
  return (
    <ul className="meetings">
      {meetings.map(({ text, conflict, effects }) => (
        <li key={text}>
          <p className="row">
            <strong>{text}</strong>
            <Tag tone={conflict ? "bad" : "neutral"}>{t(conflict ? "conflict" : "shared")}</Tag>
          </p>
          <ul>
            {effects.map(({ specialty, title, change }) => (
              <li key={title}>
                <span aria-hidden="true">{change > 0 ? "▲" : "▼"}</span>{" "}
                {t(change > 0 ? "raises" : "lowers", {
                  title,
                  points: fixed(Math.abs(100 * change), 1),
                  specialty: code("specialty", specialty),
                })}
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ul>
  );
}

interface FieldProps {
  readonly field: CareTeam["fields"][number];
  readonly within: string;
}

function Field({ field: { specialty, conditions, measures, forecasts, considered }, within }: FieldProps) {
  const t = useTexts("team", english);
  const said = useSaidText();
  const field = useCodes()("specialty", specialty);
  const id = specialty.replaceAll(" ", "-");
  return (
    <section className="panel field-panel" aria-labelledby={id}>
      <h2 id={id}>{field.charAt(0).toUpperCase() + field.slice(1)}</h2>
      {forecasts.length > 0 && (
        <>
          <h3>{t("forecasts", { within })}</h3>
          <ul>
            {forecasts.map(({ title, risk, low, high, usual, why }) => (
              <li key={title}>
                <strong>{title}</strong>:{" "}
                {risk === null ? (
                  <span className="soft">{t("noForecast", { why: said(why ?? "–") })}</span>
                ) : (
                  <>
                    {naturalFrequency(risk)}
                    <span className="small soft">
                      {low === null || high === null
                        ? ""
                        : ` ${t("comparable", { low: percent(low), high: percent(high) })}`}
                      {usual === null ? "" : ` ${t("usual", { usual: percent(usual) })}`}
                    </span>
                  </>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
      {conditions.length > 0 && (
        <>
          <h3>{t("conditions")}</h3>
          <ul>
            {conditions.map(({ text, since, events }) => (
              <li key={text}>
                {text} <span className="small soft">{t("since", { since, count: events })}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      {measures.length > 0 && (
        <>
          <h3>{t("measures")}</h3>
          <ul>
            {measures.map(({ text, unit, latest, day, before }) => (
              <li key={text}>
                {text}: <strong>{latest}</strong> {unit ?? ""}{" "}
                <span className="small soft">
                  {before === null ? t("on", { day }) : t("onAfter", { day, before })}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
      {considered.length > 0 && (
        <>
          <h3>{t("consider")}</h3>
          <ul>
            {considered.map((action) => (
              <li key={action}>
                <English>{action}</English>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
