/** How far reviewers agree, how they work, and how right definitions are by chart review; hidden from who reviews. */
import type { VettingAnswer } from "../../../../src/serving/workspace/vetting/vetting-answer.ts";
import english from "../../../languages/en/vetting.json";
import { ChartTableView } from "../../charts/chart-frame.tsx";
import { useTexts } from "../../language/texts.ts";
import { Empty, Partial } from "../../states/states.tsx";

/** Fewer pairs of reviews give an interval that says nothing. */
const FEW = 10;

type Shown = NonNullable<VettingAnswer["agreement"]>;
type Interval = Shown["kinds"][number]["kappa"];

export function Agreement({ agreement }: Pick<VettingAnswer, "agreement">) {
  const t = useTexts("vetting", english);
  return (
    <section className="panel stack" aria-labelledby="agreement">
      <h2 id="agreement">{t("agreement")}</h2>
      {agreement === null ? (
        <Partial title={t("blind")}>
          <p>{t("blindWhy")}</p>
        </Partial>
      ) : (
        <Figures {...agreement} />
      )}
    </section>
  );
}

function Figures({ kinds, reviewers, definitions }: Shown) {
  const t = useTexts("vetting", english);
  if (reviewers.length === 0 && definitions.length === 0)
    return (
      <Empty title={t("noAgreement")}>
        <p>{t("noAgreementWhy")}</p>
      </Empty>
    );
  return (
    <>
      {kinds.length > 0 && (
        <ChartTableView
          caption={t("agreementCaption")}
          columns={[t("kind"), t("twice"), t("agreed"), t("kappa")]}
          rows={kinds.map(({ kind, name, twice, agreed, kappa }) => [
            `${kind}: ${name === "all" ? t("all") : name}`,
            twice,
            agreed,
            twice < FEW ? t("tooFew") : text(kappa),
          ])}
        />
      )}
      {reviewers.length > 0 && (
        <ChartTableView
          caption={t("reviewersCaption")}
          columns={[t("reviewer"), t("reviews"), t("minutes"), t("drift")]}
          rows={reviewers.map(({ reviewer, reviews, medianMinutes, drift }) => [
            reviewer,
            reviews,
            medianMinutes.toFixed(1),
            text(drift),
          ])}
        />
      )}
      {definitions.length > 0 && (
        <ChartTableView
          caption={t("accuracyCaption")}
          columns={[t("outcome"), t("ppv"), t("sensitivity"), t("waiting")]}
          rows={definitions.map((one) => [
            one.stale ? `${one.outcome} (${t("stale")})` : one.outcome,
            text(one.positivePredictiveValue),
            text(one.sensitivity),
            one.waiting,
          ])}
        />
      )}
    </>
  );
}

function text(interval: Interval): string | null {
  if (interval === null) return null;
  const { value, low, high, n } = interval;
  return `${value.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)}), n = ${n}`;
}
