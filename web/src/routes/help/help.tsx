/** What the screen that somebody came from shows, how its figures are read, its keys, and whom to ask. Asks the server nothing of its own. */
import english from "../../../languages/en/help.json";
import screensEnglish from "../../../languages/en/screens.json";
import { useSession } from "../../data/session.ts";
import { useSite } from "../../data/site.ts";
import { useTexts } from "../../language/texts.ts";
import { opensTo, SCREENS } from "../../routing/screens.ts";
import { useSearchState } from "../../routing/search-state.ts";

const FIGURES = ["people", "interval", "n", "noAnswer", "few", "charts"] as const;
const KEYS = ["tab", "timeline", "tables", "dialogs", "vetting", "redaction"] as const;

export default function Help() {
  const t = useTexts("help", english);
  const titleOf = useTexts("screens", screensEnglish);
  const [from] = useSearchState("screen", "");
  const roles = useSession().data?.roles ?? [];
  const site = useSite().data?.site;
  const open = SCREENS.filter((screen) => `screen.${screen.title}` in english && opensTo(screen, roles));
  const asked = open.find(({ title }) => title === from);
  const about = ({ title }: (typeof open)[number]) => t(`screen.${title}` as keyof typeof english);
  return (
    <div className="stack">
      <h1>{t("title")}</h1>
      {asked !== undefined && (
        <section className="panel" aria-labelledby="from">
          <h2 id="from">{titleOf(asked.title)}</h2>
          <p>{about(asked)}</p>
        </section>
      )}
      <section className="panel" aria-labelledby="figures">
        <h2 id="figures">{t("figures")}</h2>
        <ul>
          {FIGURES.map((one) => (
            <li key={one}>{t(`figures.${one}`)}</li>
          ))}
        </ul>
      </section>
      <section className="panel" aria-labelledby="keys">
        <h2 id="keys">{t("keys")}</h2>
        <ul>
          {KEYS.map((one) => (
            <li key={one}>{t(`keys.${one}`)}</li>
          ))}
        </ul>
      </section>
      <section className="panel" aria-labelledby="whom">
        <h2 id="whom">{t("whom")}</h2>
        <p>{site === undefined ? t("whomHow") : t("whomOf", { site })}</p>
        <p>{t("failing")}</p>
      </section>
      <section className="panel" aria-labelledby="screens-of">
        <h2 id="screens-of">{t("screens")}</h2>
        <dl>
          {open.map((screen) => (
            <div key={screen.path}>
              <dt>
                <strong>{titleOf(screen.title)}</strong>
              </dt>
              <dd>{about(screen)}</dd>
            </div>
          ))}
        </dl>
      </section>
    </div>
  );
}
