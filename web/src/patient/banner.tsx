/** Who the screen is about: on every screen of a patient, on top while it scrolls, and on paper. */
import type { PatientAnswer } from "../../../src/serving/workspace/patient/patient-answer.ts";
import english from "../../languages/en/patient.json";
import { Tag } from "../controls/tag.tsx";
import { useDraftsOf } from "../data/drafts.ts";
import { useSession } from "../data/session.ts";
import { useCodes } from "../language/codes.ts";
import { useTexts } from "../language/texts.ts";
import { shortKey } from "./short-key.ts";
import "./banner.css";

export function Banner({ patient }: { readonly patient: Pick<PatientAnswer, "banner" | "predictionTime"> }) {
  const t = useTexts("patient", english);
  const { name, birthDate, ageYears, sex, number, key, example } = patient.banner;
  useDraftsOf(key);
  const code = useCodes();
  const glass = useSession().data?.glass.find((one) => one.key === key);
  return (
    <section className="banner" aria-label={t("identity")}>
      <p className="name">{name ?? t("unnamed")}</p>
      <dl>
        <div>
          <dt>{t("born")}</dt>
          <dd>
            {birthDate ?? "–"}
            {ageYears === null ? "" : ` (${t("years", { count: ageYears })})`}
          </dd>
        </div>
        <div>
          <dt>{t("sex")}</dt>
          <dd>{sex === null ? "–" : code("sex", sex)}</dd>
        </div>
        <div>
          <dt>{t("number")}</dt>
          <dd>{number ?? "–"}</dd>
        </div>
        <div>
          <dt>{t("listKey")}</dt>
          <dd>{shortKey(key)}</dd>
        </div>
        <div>
          <dt>{t("forecastAt")}</dt>
          <dd>{patient.predictionTime.slice(0, 16).replace("T", " ")} UTC</dd>
        </div>
      </dl>
      {glass !== undefined && <Tag tone="bad">{t("brokenGlass", { until: glass.until.slice(11, 16) })}</Tag>}
      {example && <Tag>{t("example")}</Tag>}
    </section>
  );
}
