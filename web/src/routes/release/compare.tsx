/** Two releases chosen, kept in the address: what differs on the same people, what could not be compared, and the gates of each. */
import type { CompareAnswer } from "../../../../src/serving/workspace/release/compare-answer.ts";
import type { ReleaseAnswer } from "../../../../src/serving/workspace/release/release-answer.ts";
import english from "../../../languages/en/compare.json";
import { useAsked } from "../../data/queries.ts";
import { useCodes } from "../../language/codes.ts";
import { useTexts } from "../../language/texts.ts";
import { useSearchState } from "../../routing/search-state.ts";
import { Empty, Loaded, Partial } from "../../states/states.tsx";
import { Differences } from "./differences.tsx";
import { GatesOfBoth } from "./gates-of-both.tsx";

export function Compare({ releases }: Pick<ReleaseAnswer, "releases">) {
  const t = useTexts("compare", english);
  const code = useCodes();
  const [first, setFirst] = useSearchState("compare", "");
  const [second, setSecond] = useSearchState("with", "");
  const chosen = first !== "" && second !== "" && first !== second;
  const path = `/workspace/release/compare?${new URLSearchParams({ release: first, with: second })}`;
  const query = useAsked<CompareAnswer>(chosen ? path : null);
  return (
    <section className="panel stack" aria-labelledby="compare">
      <h2 id="compare">{t("title")}</h2>
      {releases.length < 2 ? (
        <Empty title={t("one")}>
          <p>{t("oneWhy")}</p>
        </Empty>
      ) : (
        <>
          <p>{t("why")}</p>
          {(
            [
              ["first", first, setFirst],
              ["second", second, setSecond],
            ] as const
          ).map(([which, value, choose]) => (
            <p key={which} className="field">
              <label htmlFor={`compare-${which}`}>{t(which)}</label>
              <select id={`compare-${which}`} value={value} onChange={({ target }) => choose(target.value)}>
                <option value="">{t("choose")}</option>
                {releases.map(({ id, version, stage }) => (
                  <option key={id} value={id}>
                    {t("choice", { id, version, stage: code("stage", stage) })}
                  </option>
                ))}
              </select>
            </p>
          ))}
          {first !== "" && first === second && <p role="status">{t("same")}</p>}
          {chosen && query.isPending && <p className="soft">{t("waiting")}</p>}
          {chosen && <Loaded query={query}>{(answer) => <Compared answer={answer} />}</Loaded>}
        </>
      )}
    </section>
  );
}

function Compared({ answer }: { readonly answer: CompareAnswer }) {
  const t = useTexts("compare", english);
  const { measured, unmeasured, minimumCell, first, second } = answer;
  return (
    <>
      {measured === null ? (
        <Partial title={t("unmeasured")}>
          <p>{unmeasured}</p>
        </Partial>
      ) : (
        <>
          <p>{t("persons", { count: measured.persons })}</p>
          <Differences tasks={measured.tasks} least={minimumCell} first={first.id} second={second.id} />
          <h3>{t("notCompared")}</h3>
          {measured.notCompared.length + measured.redefined.length === 0 ? (
            <p>{t("all")}</p>
          ) : (
            <ul>
              {measured.notCompared.map(({ because, ...task }) => {
                const name = t("taskOf", task);
                return <li key={name}>{t(because, { task: name })}</li>;
              })}
              {measured.redefined.map((outcome) => (
                <li key={outcome}>{t("redefined", { outcome })}</li>
              ))}
            </ul>
          )}
        </>
      )}
      <GatesOfBoth answer={answer} />
    </>
  );
}
