/** Home: what is served here and how far it may go. */
import english from "../../../languages/en/home.json";
import { Tag } from "../../controls/tag.tsx";
import { useSite } from "../../data/site.ts";
import { useTexts } from "../../language/texts.ts";
import { Loaded } from "../../states/states.tsx";

export default function Home() {
  const t = useTexts("home", english);
  const site = useSite();
  return (
    <div className="stack">
      <h1>{t("title")}</h1>
      <Loaded query={site}>
        {({ release, stage, because, verdict, outcomes }) => (
          <section className="panel">
            <h2>{t("served")}</h2>
            <dl className="facts">
              <dt>{t("release")}</dt>
              <dd>{release.id}</dd>
              <dt>{t("verdict")}</dt>
              <dd>
                <Tag tone={verdict === "deploy" ? "good" : verdict === "do not deploy" ? "bad" : "neutral"}>
                  {verdict}
                </Tag>
              </dd>
              <dt>{t("stage")}</dt>
              <dd>
                {stage}
                {because === null ? "" : `: ${because}`}
              </dd>
              <dt>{t("outcomes")}</dt>
              <dd>{outcomes.join(", ")}</dd>
            </dl>
          </section>
        )}
      </Loaded>
    </div>
  );
}
