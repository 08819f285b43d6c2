/** The audits that went into the release: each check with its figures, as they were judged. */

import type { EvidenceAnswer } from "../../../../src/serving/workspace/evidence/evidence-answer.ts";
import english from "../../../languages/en/evidence.json";
import { ChartTableView } from "../../charts/chart-frame.tsx";
import { Tag } from "../../controls/tag.tsx";
import { estimateText } from "../../language/figures.ts";
import { English } from "../../language/said.tsx";
import { useTexts } from "../../language/texts.ts";
import { Empty } from "../../states/states.tsx";

const WORDS = {
  passed: "auditPassed",
  failed: "auditFailed",
  "too few to judge": "fewToJudge",
  told: "auditTold",
} as const;
const TONES = { passed: "good", failed: "bad", "too few to judge": "neutral", told: "neutral" } as const;

export function Audits({ audits }: Pick<EvidenceAnswer, "audits">) {
  const t = useTexts("evidence", english);
  return (
    <section className="panel stack" aria-labelledby="audits">
      <h2 id="audits">{t("audits")}</h2>
      {audits.length === 0 ? (
        <Empty title={t("noAudits")}>
          <p>{t("noAuditsWhy")}</p>
        </Empty>
      ) : (
        audits.map(({ audit, passed, summary, persons, checks }) => (
          <section key={audit} aria-labelledby={`audit-${audit}`}>
            <div className="row">
              <h3 id={`audit-${audit}`}>
                <English>{audit.charAt(0).toUpperCase() + audit.slice(1)}</English>
              </h3>
              <Tag tone={passed ? "good" : "bad"}>{t(passed ? "auditPassed" : "auditFailed")}</Tag>
            </div>
            <p className="soft small">
              <English>{summary}</English>; {t("auditPersons", { n: persons })}
            </p>
            <ul className="checks">
              {checks.map(({ name, title, outcome, method, figures }) => (
                <li key={name}>
                  <div className="row">
                    <Tag tone={TONES[outcome]}>{t(WORDS[outcome])}</Tag>
                    <English>{title}</English>
                  </div>
                  <details>
                    <summary>{t("figures", { count: figures.length })}</summary>
                    <p className="soft small">
                      <English>{method}</English>
                    </p>
                    <ChartTableView
                      caption={title}
                      lang="en"
                      columns={[t("figure"), t("interval"), t("outcome")]}
                      rows={figures.map(({ what, estimate, judged }) => [
                        what,
                        estimateText(estimate),
                        judged,
                      ])}
                    />
                  </details>
                </li>
              ))}
            </ul>
          </section>
        ))
      )}
    </section>
  );
}
