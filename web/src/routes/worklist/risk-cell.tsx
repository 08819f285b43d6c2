/** A risk in both worklists: people of a hundred, the percentage, the interval of comparable people; or why there is none. */
import { percent } from "../../../../src/drawing/number-text.ts";
import english from "../../../languages/en/worklist.json";
import { naturalFrequency } from "../../language/figures.ts";
import { useSaidText } from "../../language/said.tsx";
import { useTexts } from "../../language/texts.ts";

interface RiskCellProps {
  readonly risk: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Why there is no forecast. */
  readonly why: string | null;
}

export function RiskCell({ risk, low, high, why }: RiskCellProps) {
  const t = useTexts("worklist", english);
  const said = useSaidText();
  if (risk === null) return <span className="soft">{t("noAnswer", { why: said(why ?? "–") })}</span>;
  const interval =
    low === null || high === null ? "" : `; ${t("interval", { low: percent(low), high: percent(high) })}`;
  return (
    <>
      {naturalFrequency(risk)}{" "}
      <span className="small soft">
        ({percent(risk)}
        {interval})
      </span>
    </>
  );
}
