/** The alarms that stand, and when one does. */
import { fixed } from "../../../../src/drawing/number-text.ts";
import english from "../../../languages/en/monitoring.json";
import { Tag } from "../../controls/tag.tsx";
import { useCodes } from "../../language/codes.ts";
import { useTexts } from "../../language/texts.ts";
import { Empty, Partial } from "../../states/states.tsx";
import { type OfMonitoring, useUnitName } from "./unit-name.ts";

export function Alarms({ of: { alarms, due, everyMinutes, rules } }: OfMonitoring) {
  const t = useTexts("monitoring", english);
  const nameOf = useUnitName();
  const code = useCodes();
  return (
    <section className="panel stack" aria-labelledby="alarms">
      <h2 id="alarms">
        {t("alarms")}{" "}
        <Tag tone={alarms.length > 0 ? "bad" : due > 0 ? "neutral" : "good"}>{alarms.length}</Tag>
      </h2>
      {due > 0 && (
        <Partial title={t("due", { count: due })}>
          <p>{t("dueWhy", { minutes: everyMinutes })}</p>
        </Partial>
      )}
      {alarms.length === 0 && due === 0 && (
        <Empty title={t("noAlarms")}>
          <p>{t("noAlarmsWhy")}</p>
        </Empty>
      )}
      {alarms.length > 0 && (
        <ul>
          {alarms.map(({ rule, unit, title, about, value, above, n, since }) => (
            <li key={`${rule} ${unit} ${title} ${about}`}>
              {t("alarm", {
                rule: code("rule", rule),
                unit: nameOf(unit),
                outcome: title === null ? "" : `, ${title}`,
                about: about === "" ? "" : `${about} `,
                value: fixed(value, 2),
                above: String(above),
                n,
                since: since.slice(0, 10),
              })}
            </li>
          ))}
        </ul>
      )}
      <details>
        <summary>{t("rules")}</summary>
        <ul>
          {rules.map(({ rule, above, silent }) => (
            <li key={rule}>
              {t(silent ? "ruleSilent" : "rule", { rule: code("rule", rule), above: String(above) })}
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
}
