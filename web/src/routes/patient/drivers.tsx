/** What moved the risk: how much it would change without the events, with their latest values and where they stand in the record. */
import { fixed } from "../../../../src/drawing/number-text.ts";
import type { PatientAnswer } from "../../../../src/serving/workspace/patient/patient-answer.ts";
import english from "../../../languages/en/patient.json";
import { useTexts } from "../../language/texts.ts";
import { eventDay, valueText } from "../../patient/timeline/event-text.ts";
import type { Forecast } from "../../patient/use-patient.ts";

export interface DriversProps {
  readonly drivers: Forecast["drivers"];
  readonly timeline: PatientAnswer["timeline"];
  /** Leads to an event of the record, by its place. */
  onShow(event: number): void;
}

export function Drivers({ drivers, timeline, onShow }: DriversProps) {
  const t = useTexts("patient", english);
  if (drivers.length === 0) return <p className="soft">{t("noDrivers")}</p>;
  return (
    <div>
      <h3>{t("drivers")}</h3>
      <ul className="drivers">
        {drivers.map(({ code, display, change, events }) => {
          const place = timeline.codes.findIndex((one) => one.code === code);
          const last = timeline.code.lastIndexOf(place);
          return (
            <li key={code}>
              <span aria-hidden="true">{change > 0 ? "▲" : "▼"}</span>{" "}
              <strong>{display ?? timeline.codes[place]?.text ?? code}</strong>:{" "}
              {t(change > 0 ? "raises" : "lowers", { points: fixed(Math.abs(100 * change), 1) })}
              <span className="small soft">
                {" "}
                {t("events", { count: events })}{" "}
                {last >= 0 && (
                  <>
                    {t("latest", { day: eventDay(timeline, last), value: valueText(timeline, last) })}{" "}
                    <a
                      href={`#event-${last}`}
                      onClick={(event) => {
                        event.preventDefault();
                        onShow(last);
                      }}
                    >
                      {t("inRecord")}
                    </a>
                  </>
                )}
              </span>
            </li>
          );
        })}
      </ul>
      <p className="small soft">{t("driversHow")}</p>
    </div>
  );
}
