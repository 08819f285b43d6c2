/** All outcomes at one horizon: each risk in words and as a bar with what happened to comparable people. The furthest above usual first. */
import { percent } from "../../../../src/drawing/number-text.ts";
import english from "../../../languages/en/patient.json";
import { useCodes } from "../../language/codes.ts";
import { naturalFrequency } from "../../language/figures.ts";
import { useSaidText } from "../../language/said.tsx";
import { useTexts } from "../../language/texts.ts";
import { excess, type Forecast } from "../../patient/use-patient.ts";
import { RiskBar } from "./risk-bar.tsx";

export interface ForecastListProps {
  readonly forecasts: readonly Forecast[];
  readonly selected: string | null;
  readonly within: string;
  onSelect(outcome: string): void;
}

export function ForecastList({ forecasts, selected, within, onSelect }: ForecastListProps) {
  const t = useTexts("patient", english);
  const code = useCodes();
  const said = useSaidText();
  const sorted = [...forecasts].sort((a, b) => excess(b) - excess(a));
  const most = Math.max(
    0.1,
    ...forecasts.flatMap(({ risk, comparable, validated }) => [
      risk ?? 0,
      comparable?.high ?? 0,
      validated?.incidence ?? 0,
    ]),
  );
  const end = Math.min(1, Math.ceil(most * 10) / 10);
  return (
    <section className="panel" aria-labelledby="forecasts">
      <h2 id="forecasts">{t("forecasts", { within })}</h2>
      <ul className="forecast-list">
        {sorted.map((forecast) => {
          const { outcome, title, risk, abstained, comparable, validated, stage } = forecast;
          const own = outcome === selected;
          return (
            <li key={outcome}>
              <button
                type="button"
                aria-pressed={own}
                onClick={() => onSelect(outcome)}
                className={own ? "own" : ""}
              >
                <span className="title">{title}</span>
                {risk === null ? (
                  <span className="soft small">
                    {t("noAnswer", { why: abstained === null ? code("stage", stage) : said(abstained) })}
                  </span>
                ) : (
                  <>
                    <span className="frequency">{naturalFrequency(risk)}</span>
                    <RiskBar
                      risk={risk}
                      low={comparable?.low ?? null}
                      high={comparable?.high ?? null}
                      usual={validated?.incidence ?? null}
                      end={end}
                    />
                    <span className="soft small">
                      {comparable === null
                        ? t("tooFew")
                        : t("comparableShort", {
                            low: percent(comparable.low),
                            high: percent(comparable.high),
                            n: comparable.n,
                          })}
                    </span>
                  </>
                )}
              </button>
            </li>
          );
        })}
      </ul>
      <p className="small soft legend">
        <span>● {t("legendRisk")}</span> <span>├─┤ {t("legendInterval")}</span>{" "}
        <span>┃ {t("legendUsual")}</span> <span>{t("legendEnd", { end: percent(end) })}</span>
      </p>
    </section>
  );
}
