/** Every check of the gate with its worst finding, its limit and who has accepted it; those that need a look first. */
import { count } from "../../../../src/drawing/number-text.ts";
import type { QualityAnswer } from "../../../../src/serving/workspace/building/quality-answer.ts";
import english from "../../../languages/en/quality.json";
import { Tag, type Tone } from "../../controls/tag.tsx";
import { useTexts } from "../../language/texts.ts";
import { useSearchState } from "../../routing/search-state.ts";
import { Empty } from "../../states/states.tsx";

type Report = NonNullable<QualityAnswer["report"]>;
type Check = Report["checks"][number];
type Outcome = Check["outcome"];

const ORDER: readonly Outcome[] = ["failed", "waived", "passed", "not judged"];
const TONES: Readonly<Record<Outcome, Tone>> = {
  failed: "bad",
  waived: "neutral",
  passed: "good",
  "not judged": "neutral",
};
const KINDS = ["any", "conformance", "completeness", "plausibility", "over time"] as const;

export function Checks({ report, least }: { readonly report: Report; readonly least: number }) {
  const t = useTexts("quality", english);
  const [kind, setKind] = useSearchState("checks", "any");
  const checks = report.checks
    .filter(({ category, context }) => kind === "any" || category === kind || context === kind)
    .sort((a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome));
  const { counts } = report;
  return (
    <section className="panel stack" aria-labelledby="checks">
      <h2 id="checks">
        {t(report.passed ? "passes" : "fails", { failed: counts.failed, date: report.date })}
      </h2>
      <p>
        {t("counts", { passed: counts.passed, waived: counts.waived, idle: counts["not judged"] })}{" "}
        {t(report.comparedWithPrevious ? "compared" : "notCompared")}
      </p>
      {report.expiredWaivers.length > 0 && (
        <ul>
          {report.expiredWaivers.map(({ check, of, name, expires }) => (
            <li key={`${check} ${of} ${name}`}>{t("expired", { check, of, name, expires })}</li>
          ))}
        </ul>
      )}
      <p className="field">
        <label htmlFor="kind">{t("kind")}</label>
        <select id="kind" value={kind} onChange={({ target }) => setKind(target.value)}>
          {KINDS.map((one) => (
            <option key={one} value={one}>
              {t(`kind.${one}`)}
            </option>
          ))}
        </select>
      </p>
      {checks.length === 0 ? <Empty title={t("noChecks")} /> : <Table checks={checks} least={least} />}
    </section>
  );
}

function Table({ checks, least }: { readonly checks: readonly Check[]; readonly least: number }) {
  const t = useTexts("quality", english);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard
    <section className="scroll" tabIndex={0} aria-label={t("checksCaption")}>
      <table>
        <caption>{t("checksCaption")}</caption>
        <thead>
          <tr>
            {(["check", "result", "worst", "limit", "accepted"] as const).map((column) => (
              <th key={column} scope="col">
                {t(column)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {checks.map((check) => (
            <tr key={check.check}>
              <th scope="row">
                {check.title}
                <span className="small soft"> {t(`kind.${check.category}`)}</span>
              </th>
              <td>
                <Tag tone={TONES[check.outcome]}>{t(`outcome.${check.outcome}`)}</Tag>
              </td>
              <td>
                <Findings check={check} least={least} />
              </td>
              <td>{figureText(check, check.limit)}</td>
              <td>
                {check.findings
                  .flatMap(({ waiver }) => (waiver === null ? [] : [waiver]))
                  .slice(0, 1)
                  .map((waiver) => t("waivedBy", waiver))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const SHOWN = 3;

function Findings({ check, least }: { readonly check: Check; readonly least: number }) {
  const t = useTexts("quality", english);
  if (check.findings.length === 0) return <span className="soft">{t("nothingToJudge")}</span>;
  const above = check.findings.filter(({ outcome }) => outcome !== "passed");
  const shown = above.length > 0 ? above.slice(0, SHOWN) : check.findings.slice(0, 1);
  return (
    <>
      {shown.map(({ of, value, n }) => (
        <div key={of}>
          {of}:{" "}
          {value === null || n === null
            ? t("few", { least })
            : `${figureText(check, value)} (n = ${count(n)})`}
        </div>
      ))}
      {above.length > SHOWN && <div className="small soft">{t("more", { count: above.length - SHOWN })}</div>}
    </>
  );
}

function figureText({ figure }: Check, value: number): string {
  if (figure === "count") return count(value);
  if (figure === "number") return Number(value.toPrecision(3)).toString();
  if (value === 0) return "0 %";
  return value < 0.0001 ? "<0.01 %" : `${Number((100 * value).toPrecision(3))} %`;
}
