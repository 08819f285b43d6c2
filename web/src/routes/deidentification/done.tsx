/** What was done to what may say who somebody is, and what a scan of everything that leaves still finds. */
import { count } from "../../../../src/drawing/number-text.ts";
import type { PrivacyAnswer } from "../../../../src/serving/workspace/building/privacy-answer.ts";
import english from "../../../languages/en/deidentification.json";
import { ChartTableView } from "../../charts/chart-frame.tsx";
import { Tag } from "../../controls/tag.tsx";
import { useTexts } from "../../language/texts.ts";
import { Partial } from "../../states/states.tsx";

interface OfProof {
  readonly proof: NonNullable<PrivacyAnswer["proof"]>;
}

const sum = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((all, n) => all + n, 0);
const DONE = ["drop", "transform", "keep", "unknown"] as const;

/** The eighteen identifiers of Safe Harbor, with the elements of the export that may carry each. */
export function Identifiers({ proof: { identifiers, byElement, unknownElements } }: OfProof) {
  const t = useTexts("deidentification", english);
  return (
    <section className="panel stack" aria-labelledby="identifiers">
      <h2 id="identifiers">{t("identifiers")}</h2>
      {byElement ? (
        <ChartTableView
          caption={t("identifiersCaption")}
          columns={[t("identifier"), ...DONE.map((one) => t(`class.${one}`))]}
          rows={identifiers.map(({ letter, title, elements }) => [
            `${letter}. ${title}`,
            ...DONE.map((done) =>
              elements.length === 0
                ? t("notInExport")
                : elements
                    .filter((one) => one.class === done)
                    .map(({ element, count: n }) => `${element} (${count(n)})`)
                    .join(", ") || null,
            ),
          ])}
        />
      ) : (
        <Partial title={t("notByElement")}>
          <p>{t("notByElementWhy")}</p>
        </Partial>
      )}
      {unknownElements.length > 0 && (
        <Partial title={t("unknownElements", { count: unknownElements.length })}>
          <p>{unknownElements.slice(0, 20).join(", ")}</p>
        </Partial>
      )}
    </section>
  );
}

export function Residual({ proof: { residual } }: OfProof) {
  const t = useTexts("deidentification", english);
  const { identifiers, read, known, patterns, datesBeyondYear, agesOver89 } = residual;
  const left = sum(known) + sum(patterns);
  return (
    <section className="panel" aria-labelledby="residual">
      <h2 id="residual">{t(left === 0 ? "nothingLeft" : "somethingLeft", { left, read: sum(read) })}</h2>
      <p>
        <Tag tone={left === 0 ? "good" : "bad"}>{t(left === 0 ? "clean" : "found")}</Tag>{" "}
        {t("scanHow", { count: identifiers })} {t("scanDates", { dates: datesBeyondYear, ages: agesOver89 })}
      </p>
      <ChartTableView
        caption={t("residualCaption")}
        columns={[t("column"), t("read"), t("known"), t("patterns")]}
        rows={Object.keys(read).map((column) => [
          column,
          count(read[column] ?? 0),
          count(known[column] ?? 0),
          count(patterns[column] ?? 0),
        ])}
      />
    </section>
  );
}

export function Rules({ proof: { rules } }: OfProof) {
  const t = useTexts("deidentification", english);
  return (
    <section className="panel" aria-labelledby="rules">
      <h2 id="rules">{t("rules")}</h2>
      <ChartTableView
        caption={t("rulesCaption")}
        columns={[t("rule"), t("what"), t("times")]}
        rows={rules.map(({ rule, what, count: n }) => [rule, what, count(n)])}
      />
    </section>
  );
}
