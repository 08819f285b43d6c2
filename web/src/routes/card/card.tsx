/** The model card: what is known of the served release, from stored facts; what nobody has said is shown as missing. */
import type { CardAnswer } from "../../../../src/serving/workspace/release/card-routes.ts";
import english from "../../../languages/en/card.json";
import { Tag } from "../../controls/tag.tsx";
import { useAsked } from "../../data/queries.ts";
import { useCodes } from "../../language/codes.ts";
import { English } from "../../language/said.tsx";
import { useTexts } from "../../language/texts.ts";
import { useSearchState } from "../../routing/search-state.ts";
import { Empty, Loaded } from "../../states/states.tsx";

export default function Card() {
  const t = useTexts("card", english);
  const query = useAsked<CardAnswer>("/workspace/release/card");
  const [only, setOnly] = useSearchState("only", "");
  return (
    <div className="stack">
      <h1>{t("title")}</h1>
      <Loaded query={query}>
        {(card) => (
          <>
            <About card={card} />
            <label className="row">
              <input
                type="checkbox"
                checked={only === "missing"}
                onChange={({ target }) => setOnly(target.checked ? "missing" : "")}
              />
              {t("missingOnly")}
            </label>
            <Facts
              id="attributes"
              about="attributesAbout"
              only={only === "missing"}
              facts={card.attributes.map(({ number, group, title, value }) => ({
                name: `${number}. ${title}`,
                group,
                value,
              }))}
            />
            <Facts
              id="checklist"
              about="checklistAbout"
              only={only === "missing"}
              facts={card.checklist.map(({ item, section, title, value }) => ({
                name: `${item}. ${title}`,
                group: section,
                value,
              }))}
            />
          </>
        )}
      </Loaded>
    </div>
  );
}

function About({ card }: { readonly card: CardAnswer }) {
  const t = useTexts("card", english);
  const code = useCodes();
  return (
    <section className="panel stack" aria-labelledby="about">
      <h2 id="about">
        {card.name}, {card.version}
      </h2>
      <p>
        <English>{card.words}</English>
      </p>
      <dl className="facts">
        <dt>{t("release")}</dt>
        <dd>
          <code>{card.release}</code>
        </dd>
        <dt>{t("verdict")}</dt>
        <dd>{code("verdict", card.verdict)}</dd>
        <dt>{t("made")}</dt>
        <dd>{card.createdAt.slice(0, 10)}</dd>
        <dt>{t("review")}</dt>
        <dd>{card.reviewBy}</dd>
      </dl>
      <p className="small soft">{t("files")}</p>
      <p className="row">
        {card.files.map((file) => (
          <a key={file} className="button" href={`/workspace/release/card/${file}`} download>
            {file}
          </a>
        ))}
      </p>
    </section>
  );
}

interface Fact {
  readonly name: string;
  readonly group: string;
  readonly value: string | null;
}

interface FactsProps {
  readonly id: "attributes" | "checklist";
  readonly about: "attributesAbout" | "checklistAbout";
  readonly only: boolean;
  readonly facts: readonly Fact[];
}

function Facts({ id, about, only, facts }: FactsProps) {
  const t = useTexts("card", english);
  const missing = facts.filter(({ value }) => value === null);
  const shown = only ? missing : facts;
  const groups = [...new Set(shown.map(({ group }) => group))];
  return (
    <section className="panel stack" aria-labelledby={id}>
      <h2 id={id}>{t(id)}</h2>
      {facts.length === 0 ? (
        <Empty title={t("noChecklist")} />
      ) : (
        <p>{t(about, { missing: missing.length, all: facts.length })}</p>
      )}
      {groups.map((group) => (
        <div key={group} className="stack">
          <h3>
            <English>{group}</English>
          </h3>
          <dl>
            {shown
              .filter((fact) => fact.group === group)
              .map(({ name, value }) => (
                <div key={name}>
                  <dt className="soft">
                    <English>{name}</English>
                  </dt>
                  <dd>
                    {value === null ? <Tag tone="bad">{t("missing")}</Tag> : <English>{value}</English>}
                  </dd>
                </div>
              ))}
          </dl>
        </div>
      ))}
      {missing.length > 0 && <p className="small soft">{t("missingHow")}</p>}
    </section>
  );
}
