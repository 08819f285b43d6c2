/** The gates of two releases side by side: those that they do not pass alike, or all. */
import { count } from "../../../../src/drawing/number-text.ts";
import type { CompareAnswer } from "../../../../src/serving/workspace/release/compare-answer.ts";
import english from "../../../languages/en/compare.json";
import { ChartTableView } from "../../charts/chart-frame.tsx";
import { useCodes } from "../../language/codes.ts";
import { estimateText } from "../../language/figures.ts";
import { useTexts } from "../../language/texts.ts";
import { useSearchState } from "../../routing/search-state.ts";

type Judged = CompareAnswer["gates"][number]["first"];

export function GatesOfBoth({ answer: { gates, first, second } }: { readonly answer: CompareAnswer }) {
  const t = useTexts("compare", english);
  const code = useCodes();
  const [shown, setShown] = useSearchState("gates", "differing");
  const differing = gates.filter((gate) => gate.first?.result !== gate.second?.result);
  const rows = shown === "all" ? gates : differing;
  const text = (judged: Judged) =>
    judged === null
      ? t("notJudged")
      : `${t(judged.result)}${judged.figure === null ? "" : `: ${estimateText(judged.figure)}, n = ${count(judged.figure.n)}`}`;
  return (
    <>
      <h3>{t("gates")}</h3>
      <p>
        {[first, second].map(({ id, verdict }) => (
          <span key={id}>
            <code>{id}</code>: {code("verdict", verdict)}.{" "}
          </span>
        ))}
      </p>
      {gates.length > 0 && (
        <p className="field">
          <label htmlFor="compare-gates">{t("gatesShow")}</label>
          <select
            id="compare-gates"
            value={shown === "all" ? "all" : "differing"}
            onChange={({ target }) => setShown(target.value)}
          >
            <option value="differing">{t("gatesDiffering")}</option>
            <option value="all">{t("gatesAll")}</option>
          </select>
        </p>
      )}
      {rows.length === 0 ? (
        <p>{t("gatesAlike", { count: gates.length })}</p>
      ) : (
        <ChartTableView
          caption={t(shown === "all" ? "gatesCaptionAll" : "gatesCaption")}
          columns={[t("task"), t("gate"), first.id, second.id]}
          rows={rows.map(({ gate, first: one, second: other, ...task }) => [
            ...[t("taskOf", task), gate],
            ...[text(one), text(other)],
          ])}
        />
      )}
    </>
  );
}
