/** The one threshold that everything depends on, here and in the review of errors: it stands in the address. */
import type { ReactNode } from "react";
import { percent } from "../../../../src/drawing/number-text.ts";
import english from "../../../languages/en/evidence.json";
import { LastingButton } from "../../controls/lasting-button.tsx";
import { useTexts } from "../../language/texts.ts";
import { useSearchState } from "../../routing/search-state.ts";
import type { Threshold } from "./threshold-band.tsx";

/** @returns the chosen one, the control to choose it, and its place */
export function useThresholdChoice(
  thresholds: readonly Threshold[],
): [Threshold | undefined, ReactNode, number] {
  const t = useTexts("evidence", english);
  const usual = Math.max(
    0,
    thresholds.findIndex(({ from }) => from !== "curve"),
  );
  const [at, setAt] = useSearchState("threshold", String(usual));
  const place = Math.min(thresholds.length - 1, Math.max(0, Math.trunc(Number(at)) || 0));
  const control = (
    <div className="row threshold">
      <LastingButton idle={place === 0} onPress={() => setAt(String(place - 1))}>
        {t("lower")}
      </LastingButton>
      <p className="field">
        <label htmlFor="threshold">{t("threshold")}</label>
        <select id="threshold" value={place} onChange={({ target }) => setAt(target.value)}>
          {thresholds.map(({ risk, figures: { alertsPer100 } }, i) => (
            <option key={risk} value={i}>
              {t("flags", { risk: percent(risk, 1), alerts: alertsPer100?.value.toFixed(0) ?? "–" })}
            </option>
          ))}
        </select>
      </p>
      <LastingButton idle={place === thresholds.length - 1} onPress={() => setAt(String(place + 1))}>
        {t("higher")}
      </LastingButton>
    </div>
  );
  return [thresholds[place], control, place];
}
