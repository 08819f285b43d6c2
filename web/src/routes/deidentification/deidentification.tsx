/** The proof that the records do not say who people are: what was done, what a scan still finds, and how likely somebody is found. */
import type { PrivacyAnswer } from "../../../../src/serving/workspace/building/privacy-answer.ts";
import english from "../../../languages/en/deidentification.json";
import { ChartTableView } from "../../charts/chart-frame.tsx";
import { Tag } from "../../controls/tag.tsx";
import { useAsked } from "../../data/queries.ts";
import { useTexts } from "../../language/texts.ts";
import { Empty, Loaded, Partial, Stale } from "../../states/states.tsx";
import { Identifiers, Residual, Rules } from "./done.tsx";
import { Recall } from "./recall.tsx";
import { Risk } from "./risk.tsx";
import { Signature } from "./signature.tsx";

export default function Deidentification() {
  const t = useTexts("deidentification", english);
  const query = useAsked<PrivacyAnswer>("/workspace/privacy");
  return (
    <div className="stack">
      <h1>{t("title")}</h1>
      <Loaded query={query}>{(answer) => <Answered answer={answer} />}</Loaded>
    </div>
  );
}

function Answered({ answer }: { readonly answer: PrivacyAnswer }) {
  const t = useTexts("deidentification", english);
  const { proof, deidentified, recordsAt } = answer;
  if (proof === null)
    return deidentified === true ? (
      <Partial title={t("unproven")}>
        <p>{t("unprovenWhy")}</p>
      </Partial>
    ) : (
      <Empty title={t(deidentified === null ? "noRecords" : "identified")}>
        <p>{t(deidentified === null ? "noRecordsWhy" : "identifiedWhy")}</p>
      </Empty>
    );
  const holds = proof.holds && proof.signed;
  return (
    <>
      {deidentified === false && (
        <Partial title={t("identified")}>
          <p>{t("identifiedWhy")}</p>
        </Partial>
      )}
      {proof.ofNewest === false && (
        <Stale since={proof.madeAt}>
          <p>{t("otherRecords", { at: recordsAt?.slice(0, 10) ?? "" })}</p>
        </Stale>
      )}
      <section className="panel stack" aria-labelledby="verdict">
        <h2 id="verdict">{t(holds ? "holds" : proof.signed ? "broken" : "unsigned")}</h2>
        <p>{t(`profile.${proof.profile}`)}</p>
        <Persons persons={proof.persons} least={answer.minimumCell} />
        <ChartTableView
          caption={t("checks")}
          columns={[t("check"), t("result")]}
          rows={proof.checks.map(({ check, holds: own }) => [check, t(own ? "yes" : "no")])}
        />
        <Signature proof={proof} />
      </section>
      <Recall review={proof.review} madeAt={proof.madeAt} />
      <Risk proof={proof} />
      <Identifiers proof={proof} />
      <Residual proof={proof} />
      <Rules proof={proof} />
    </>
  );
}

interface PersonsProps {
  readonly persons: NonNullable<PrivacyAnswer["proof"]>["persons"];
  readonly least: number;
}

function Persons({ persons, least }: PersonsProps) {
  const t = useTexts("deidentification", english);
  return (
    <ul>
      {(["in", "kept", "generalised", "suppressed", "optedOut", "over89"] as const).map((what) => {
        const n = persons[what];
        return n === undefined ? null : (
          <li key={what}>
            {t(`persons.${what}`)}:{" "}
            {n === null ? <Tag>{t("few", { least })}</Tag> : n.toLocaleString("en-US")}
          </li>
        );
      })}
    </ul>
  );
}
