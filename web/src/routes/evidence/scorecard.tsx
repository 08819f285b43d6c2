/** Each model's measures side by side, and the paired differences that the verdict rests on. */
import { count, signed } from "../../../../src/drawing/number-text.ts";
import english from "../../../languages/en/evidence.json";
import { ChartTableView } from "../../charts/chart-frame.tsx";
import { useCodes } from "../../language/codes.ts";
import { estimateText } from "../../language/figures.ts";
import { English } from "../../language/said.tsx";
import { useTexts } from "../../language/texts.ts";
import { Empty } from "../../states/states.tsx";
import type { OfTask } from "./of-task.ts";

const MEASURES = [
  "cIndex",
  "auroc",
  "auprc",
  "brier",
  "calibrationSlope",
  "calibrationIntercept",
  "observedToExpected",
] as const;
const DIFFERENCES = ["cIndex", "auroc", "auprc", "brier"] as const;

export function Scorecard({ of, period }: OfTask) {
  const t = useTexts("evidence", english);
  const code = useCodes();
  const { figures } = of;
  const names = Object.keys(figures.models);
  const differences = Object.entries(figures.differences);
  const events = of.events === null ? t("fewEvents", { least: of.minimumCell }) : count(of.events);
  return (
    <section className="panel stack" aria-labelledby="scorecard">
      <h2 id="scorecard">{t("scorecard")}</h2>
      <p>
        {t("counts", { n: of.n, events })} <span className="soft">{period}.</span>
      </p>
      {figures.verdictText !== "" && (
        <p>
          <English>{figures.verdictText}</English>
        </p>
      )}
      {names.length > 0 && (
        <ChartTableView
          caption={t("scoreCaption")}
          columns={[t("measure"), ...names.map((name) => code("model", name))]}
          rows={MEASURES.map((measure) => [
            t(measure),
            ...names.map((name) => estimateText(figures.models[name]?.[measure])),
          ])}
        />
      )}
      {differences.length === 0 ? (
        <Empty title={t("noBaselines")} />
      ) : (
        <>
          <h3>{t("differences")}</h3>
          <ChartTableView
            caption={t("differenceCaption")}
            columns={[t("baseline"), ...DIFFERENCES.map((measure) => t(measure))]}
            rows={differences.map(([name, own]) => [
              code("model", name),
              ...DIFFERENCES.map((measure) => estimateText(own[measure], 3, signed)),
            ])}
          />
        </>
      )}
    </section>
  );
}
