/** What was asked for otherwise than in another run, key by key; what both have alike is counted, and shown on request. */
import type { OpenedRun, Run, RunAnswer } from "../../../../src/serving/workspace/building/runs-answer.ts";
import english from "../../../languages/en/runs.json";
import { ChartTableView } from "../../charts/chart-frame.tsx";
import { useAsked } from "../../data/queries.ts";
import { useTexts } from "../../language/texts.ts";
import { useSearchState } from "../../routing/search-state.ts";
import { Empty, Loaded } from "../../states/states.tsx";
import { shortId } from "./run-text.ts";

export interface ConfigurationDiffProps {
  readonly opened: RunAnswer;
  readonly runs: readonly Run[];
}

export function ConfigurationDiff({ opened, runs }: ConfigurationDiffProps) {
  const t = useTexts("runs", english);
  const others = runs.filter(({ id, stage }) => id !== opened.run.id && stage === opened.run.stage);
  // The one before it, else the newest: what somebody changed last.
  const usual = others.find(({ at }) => at < opened.run.at) ?? others[0];
  const [against, setAgainst] = useSearchState("against", usual?.id ?? "");
  const chosen = others.find(({ id }) => id === against) ?? usual;
  const query = useAsked<OpenedRun>(
    chosen === undefined ? null : `/workspace/run?run=${encodeURIComponent(chosen.id)}`,
  );
  return (
    <section className="panel stack" aria-labelledby="difference">
      <h2 id="difference">{t("difference")}</h2>
      {chosen === undefined ? (
        <>
          <Empty title={t("noOther")} />
          <Compared opened={opened} other={null} />
        </>
      ) : (
        <>
          <p className="field">
            <label htmlFor="against">{t("against")}</label>
            <select id="against" value={chosen.id} onChange={({ target }) => setAgainst(target.value)}>
              {others.map(({ id, at }) => (
                <option key={id} value={id}>
                  {shortId(id)} ({at.slice(0, 16).replace("T", " ")})
                </option>
              ))}
            </select>
          </p>
          <Loaded query={query}>{(answer) => <Compared opened={opened} other={answer.opened} />}</Loaded>
        </>
      )}
    </section>
  );
}

function Compared({ opened, other }: { readonly opened: RunAnswer; readonly other: RunAnswer | null }) {
  const t = useTexts("runs", english);
  const [own, others] = [flat(settled(opened)), flat(other === null ? {} : settled(other))];
  const keys = [...new Set([...own.keys(), ...others.keys()])].sort();
  const differ = keys.filter((key) => own.get(key) !== others.get(key));
  const same = keys.filter((key) => own.get(key) === others.get(key));
  if (other === null) {
    return (
      <details>
        <summary>{t("wholeConfiguration", { count: keys.length })}</summary>
        <ChartTableView
          caption={t("configurationOf", { run: shortId(opened.run.id) })}
          columns={[t("key"), t("value")]}
          rows={keys.map((key) => [key, own.get(key) ?? null])}
        />
      </details>
    );
  }
  const columns = [t("key"), shortId(opened.run.id), shortId(other.run.id)];
  return (
    <>
      {differ.length === 0 ? (
        <p role="status">{t("alike", { count: keys.length })}</p>
      ) : (
        <ChartTableView
          caption={t("differing", { count: differ.length, of: keys.length })}
          columns={columns}
          rows={differ.map((key) => [key, own.get(key) ?? t("unset"), others.get(key) ?? t("unset")])}
        />
      )}
      {same.length > 0 && (
        <details>
          <summary>{t("same", { count: same.length })}</summary>
          <ChartTableView
            caption={t("same", { count: same.length })}
            columns={[t("key"), t("value")]}
            rows={same.map((key) => [key, own.get(key) ?? null])}
          />
        </details>
      )}
    </>
  );
}

/** All that a run is made from: its configuration, what it reads, and its code. */
function settled({ effective, inputs, codeVersion }: RunAnswer): object {
  return { configuration: effective, reads: inputs, code: codeVersion };
}

/** `training.depth` → `4`; a list is one value. */
function flat(value: unknown, path = ""): Map<string, string> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return new Map([[path, JSON.stringify(value ?? null)]]);
  return new Map(
    Object.entries(value).flatMap(([key, part]) => [...flat(part, path === "" ? key : `${path}.${key}`)]),
  );
}
