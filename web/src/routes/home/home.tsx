/** Home: what one's roles have to do here, what is served and how far it may go, and the way there in five steps. */
import { Link } from "@tanstack/react-router";
import type { HomeAnswer } from "../../../../src/serving/workspace/home-answer.ts";
import type { SiteAnswer } from "../../../../src/serving/workspace/site-answer.ts";
import english from "../../../languages/en/home.json";
import screensEnglish from "../../../languages/en/screens.json";
import { Tag, type Tone } from "../../controls/tag.tsx";
import { useAsked } from "../../data/queries.ts";
import { type Role, useSession } from "../../data/session.ts";
import { useSite } from "../../data/site.ts";
import { useCodes } from "../../language/codes.ts";
import { English, Said } from "../../language/said.tsx";
import { useTexts } from "../../language/texts.ts";
import { navigationFor } from "../../routing/screens.ts";
import { Loaded } from "../../states/states.tsx";
import "./home.css";

export default function Home() {
  const t = useTexts("home", english);
  const session = useSession();
  const site = useSite();
  const home = useAsked<HomeAnswer>("/workspace/home");
  return (
    <div className="stack">
      <h1>{t("title")}</h1>
      <Loaded query={site}>
        {(served) => (
          <>
            <Loaded query={session}>
              {({ roles, patient }) => (
                <ForRoles
                  roles={roles}
                  launched={patient !== null}
                  sandbox={served.sandbox}
                  waiting={home.data?.waiting}
                />
              )}
            </Loaded>
            <div className="grid">
              <Served site={served} />
              <section className="panel" aria-labelledby="steps">
                <h2 id="steps">{t("steps")}</h2>
                <Loaded query={home}>{({ steps }) => <Steps steps={steps} />}</Loaded>
              </section>
            </div>
          </>
        )}
      </Loaded>
    </div>
  );
}

interface ForRolesProps {
  readonly roles: readonly Role[];
  readonly launched: boolean;
  readonly sandbox: boolean;
  /** Undefined until it is known. */
  readonly waiting: HomeAnswer["waiting"] | undefined;
}

/** What each role comes for, and the screens that it finds. */
function ForRoles({ roles, launched, sandbox, waiting }: ForRolesProps) {
  const t = useTexts("home", english);
  const titleOf = useTexts("screens", screensEnglish);
  const screens = navigationFor(roles, sandbox).flatMap((group) =>
    group.screens.filter(({ path }) => path !== "/"),
  );
  return (
    <section className="panel" aria-labelledby="for-you">
      <h2 id="for-you">{t("forYou")}</h2>
      {waiting !== undefined && <Waiting waiting={waiting} />}
      <h3>{t("asRoles")}</h3>
      <ul>
        {roles.map((role) => (
          <li key={role}>{t(`role.${role}`)}</li>
        ))}
      </ul>
      <p className="row">
        {launched && (
          <Link to="/patient" className="button primary">
            {t("launched")}
          </Link>
        )}
        {screens.map(({ path, title }) => (
          <Link key={path} to={path} className="button">
            {titleOf(title)}
          </Link>
        ))}
      </p>
    </section>
  );
}

function Waiting({ waiting }: Pick<HomeAnswer, "waiting">) {
  const t = useTexts("home", english);
  return (
    <>
      <h3>{t("waiting")}</h3>
      {waiting.length === 0 ? (
        <p>{t("nothingWaits")}</p>
      ) : (
        <ul>
          {waiting.map(({ what, count, path }) => (
            <li key={what}>
              <Link to={path}>{t(`waiting.${what}`, { count })}</Link>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Served({ site: { release, stage, because, verdict, outcomes } }: { readonly site: SiteAnswer }) {
  const t = useTexts("home", english);
  const code = useCodes();
  return (
    <section className="panel" aria-labelledby="served">
      <h2 id="served">{t("served")}</h2>
      <dl className="facts">
        <dt>{t("release")}</dt>
        <dd>
          {release.id}, {t("version", { version: release.version })}
        </dd>
        <dt>{t("verdict")}</dt>
        <dd>
          <Tag tone={verdict === "deploy" ? "good" : verdict === "do not deploy" ? "bad" : "neutral"}>
            {code("verdict", verdict)}
          </Tag>
        </dd>
        <dt>{t("stage")}</dt>
        <dd>
          {code("stage", stage)}
          {because !== null && (
            <>
              : <English>{because}</English>
            </>
          )}
        </dd>
        <dt>{t("review")}</dt>
        <dd>{release.reviewBy}</dd>
        <dt>{t("outcomes")}</dt>
        <dd>
          <English>{outcomes.join(", ")}</English>
        </dd>
      </dl>
    </section>
  );
}

const TONES: Readonly<Record<HomeAnswer["steps"][number]["state"], Tone>> = {
  done: "good",
  partly: "neutral",
  open: "bad",
};

function Steps({ steps }: Pick<HomeAnswer, "steps">) {
  const t = useTexts("home", english);
  return (
    <ol className="steps">
      {steps.map(({ step, state, detail, command }) => (
        <li key={step}>
          <p className="row">
            <strong>{t(`step.${step}`)}</strong>
            <Tag tone={TONES[state]}>{t(`state.${state}`)}</Tag>
          </p>
          <p className="small">
            <Said text={detail} /> <code>{command}</code>
          </p>
        </li>
      ))}
    </ol>
  );
}
