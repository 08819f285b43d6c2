/** The site's training runs: as a table, one of them closely, held against another, and what the planner advises. All choices stand in the address. */
import type { OpenedRun, RunsAnswer } from "../../../../src/serving/workspace/building/runs-answer.ts";
import english from "../../../languages/en/runs.json";
import { useAsked } from "../../data/queries.ts";
import { useTexts } from "../../language/texts.ts";
import { useSearchState } from "../../routing/search-state.ts";
import { Empty, Loaded } from "../../states/states.tsx";
import { ConfigurationDiff } from "./configuration-diff.tsx";
import { LossByEpoch } from "./loss-by-epoch.tsx";
import { Planner } from "./planner.tsx";
import { RunDetail } from "./run-detail.tsx";
import { RunTable } from "./run-table.tsx";

/** How often it is looked how far a run is, ms. */
const FOLLOW_MS = 5000;
/** How often it is looked whether one was started, ms. */
const IDLE_MS = 30_000;

export default function Runs() {
  const t = useTexts("runs", english);
  const query = useAsked<RunsAnswer>("/workspace/runs", ({ runs }) =>
    runs.some(({ status }) => status === "training") ? FOLLOW_MS : IDLE_MS,
  );
  return (
    <div className="stack">
      <h1>{t("title")}</h1>
      <Loaded query={query}>
        {({ runs, at }) =>
          runs.length === 0 ? (
            <Empty title={t("none")}>
              <p>{t("noneWhy")}</p>
            </Empty>
          ) : (
            <Trained runs={runs} at={at} />
          )
        }
      </Loaded>
      <Planner />
    </div>
  );
}

function Trained({ runs, at }: RunsAnswer) {
  const t = useTexts("runs", english);
  const [status, setStatus] = useSearchState("status", "any");
  const [sort, setSort] = useSearchState("sort", "-at");
  const [chosen, setChosen] = useSearchState("run", runs[0]?.id ?? "");
  const shown = runs.filter((run) => status === "any" || run.status === status);
  return (
    <>
      <section className="panel stack" aria-labelledby="runs">
        <h2 id="runs">{t("all")}</h2>
        <p className="field">
          <label htmlFor="status">{t("status")}</label>
          <select id="status" value={status} onChange={({ target }) => setStatus(target.value)}>
            {(["any", "finished", "training", "stopped", "failed"] as const).map((one) => (
              <option key={one} value={one}>
                {t(`status.${one}`)}
              </option>
            ))}
          </select>
        </p>
        <p role="status" className="small soft">
          {t("shown", { count: shown.length, of: runs.length, at: at.slice(0, 16).replace("T", " ") })}
        </p>
        {shown.length === 0 ? (
          <Empty title={t("filteredOut")} />
        ) : (
          <>
            <RunTable runs={shown} sort={sort} onSort={setSort} chosen={chosen} onChoose={setChosen} />
            <LossByEpoch runs={shown} chosen={chosen} />
          </>
        )}
      </section>
      <Opened runs={runs} id={chosen} />
    </>
  );
}

function Opened({ runs, id }: { readonly runs: RunsAnswer["runs"]; readonly id: string }) {
  const t = useTexts("runs", english);
  const query = useAsked<OpenedRun>(`/workspace/run?run=${encodeURIComponent(id)}`, ({ opened }) =>
    opened?.run.status === "training" ? FOLLOW_MS : null,
  );
  return (
    <Loaded query={query}>
      {({ opened, at }) =>
        opened === null ? (
          <Empty title={t("none")} />
        ) : (
          <>
            <RunDetail opened={opened} at={at} renew={() => void query.refetch()} />
            <ConfigurationDiff opened={opened} runs={runs} />
          </>
        )
      }
    </Loaded>
  );
}
