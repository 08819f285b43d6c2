/** The newest events of the window as a table: what the drawing shows, to be read. */
import { useMemo, useState } from "react";
import type { PatientAnswer } from "../../../../src/serving/workspace/patient/patient-answer.ts";
import english from "../../../languages/en/timeline.json";
import { useTexts } from "../../language/texts.ts";
import { eventDay, valueText } from "./event-text.ts";
import type { Window } from "./timeline-model.ts";

const MOST = 200;

export interface EventTableProps {
  readonly timeline: PatientAnswer["timeline"];
  readonly window: Window;
  readonly marked: ReadonlySet<number>;
}

export function EventTable(props: EventTableProps) {
  const t = useTexts("timeline", english);
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        className="button quiet no-print"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {t("asTable")}
      </button>
      {open && <Rows {...props} />}
    </>
  );
}

function Rows({ timeline, window, marked }: EventTableProps) {
  const t = useTexts("timeline", english);
  const events = useMemo(() => {
    const found: number[] = [];
    for (let i = timeline.times.length - 1; i >= 0 && found.length < MOST; i--) {
      const time = timeline.times[i] as number;
      if (time >= window.from && time <= window.to) found.push(i);
    }
    return found;
  }, [timeline, window]);
  const caption = t("tableCaption", { count: events.length });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard
    <section className="scroll events" tabIndex={0} aria-label={caption}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{t("day")}</th>
            <th scope="col">{t("event")}</th>
            <th scope="col">{t("value")}</th>
            <th scope="col">{t("code")}</th>
          </tr>
        </thead>
        <tbody>
          {events.map((event) => {
            const place = timeline.code[event] as number;
            return (
              <tr key={event}>
                <th scope="row">{eventDay(timeline, event)}</th>
                <td>
                  {marked.has(place) && <span title={t("marked")}>◆ </span>}
                  {timeline.codes[place]?.text}
                </td>
                <td>{valueText(timeline, event)}</td>
                <td className="soft">{timeline.codes[place]?.code}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
