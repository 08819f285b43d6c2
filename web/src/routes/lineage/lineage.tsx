/** Where the served release, or an artefact of the site, comes from: as a graph, and as a list that says the same. */
import type { LineageAnswer } from "../../../../src/serving/workspace/building/lineage-answer.ts";
import english from "../../../languages/en/lineage.json";
import { ChartFrame } from "../../charts/chart-frame.tsx";
import { useAsked } from "../../data/queries.ts";
import { useTexts } from "../../language/texts.ts";
import { useSearchState } from "../../routing/search-state.ts";
import { Empty, Loaded, Partial, Stale } from "../../states/states.tsx";
import { LineageGraph } from "./lineage-graph.tsx";
import { LineageList } from "./lineage-list.tsx";
import "./lineage.css";

export default function Lineage() {
  const t = useTexts("lineage", english);
  const [of, setOf] = useSearchState("of", "");
  const query = useAsked<LineageAnswer>(
    `/workspace/lineage${of === "" ? "" : `?of=${encodeURIComponent(of)}`}`,
  );
  return (
    <div className="stack">
      <h1>{t("title")}</h1>
      <Loaded query={query}>{(lineage) => <Traced lineage={lineage} choose={setOf} />}</Loaded>
    </div>
  );
}

interface TracedProps {
  readonly lineage: LineageAnswer;
  choose(of: string): void;
}

function Traced({ lineage, choose }: TracedProps) {
  const t = useTexts("lineage", english);
  const { nodes, root, roots, newerRecordsAt } = lineage;
  const [served] = roots;
  const outside = nodes.filter(({ what }) => what === "outside");
  const gone = nodes.filter(({ what, madeAt }) => what === "artefact" && madeAt === null);
  const rootKind = nodes.find(({ id }) => id === root)?.kind ?? "";
  const finding = t("finding", {
    root: `${rootKind} ${root.slice(0, 20)}`,
    made: nodes.length - outside.length - 1,
    outside: outside.length,
  });
  return (
    <>
      <p className="field">
        <label htmlFor="of">{t("of")}</label>
        <select
          id="of"
          value={root}
          onChange={({ target }) => choose(target.value === served?.id ? "" : target.value)}
        >
          {roots.map(({ id, kind, madeAt }) => (
            <option key={id} value={id}>
              {kind} {id.slice(0, 20)}
              {madeAt === null ? "" : ` (${madeAt.slice(0, 10)})`}
            </option>
          ))}
        </select>
      </p>
      {newerRecordsAt !== null && (
        <Stale since={newerRecordsAt}>
          <p>{t("newer")}</p>
        </Stale>
      )}
      {gone.length > 0 && (
        <Partial title={t("gone", { count: gone.length })}>
          <p>{t("goneWhy")}</p>
        </Partial>
      )}
      {nodes.length < 2 ? (
        <Empty title={t("none")}>
          <p>{t("noneWhy")}</p>
        </Empty>
      ) : (
        <>
          <section className="panel">
            <ChartFrame
              name="lineage-graph"
              level={2}
              finding={finding}
              n={null}
              period={t("asOf", { at: lineage.at.slice(0, 16).replace("T", " ") })}
              interval={null}
              table={{
                columns: [t("id"), t("kind"), t("made"), t("from")],
                rows: nodes.map(({ id, kind, madeAt, from }) => [
                  id,
                  kind,
                  madeAt?.slice(0, 10) ?? null,
                  from.map((one) => `${one.role} ${one.id.slice(0, 16)}`).join("; "),
                ]),
              }}
              legend={
                <>
                  <span>▭ {t("artefact")}</span>
                  <span>▱ {t("outside")}</span>
                  <span>↓ {t("madeFrom")}</span>
                </>
              }
            >
              <LineageGraph nodes={nodes} root={root} label={finding} />
            </ChartFrame>
          </section>
          <section className="panel" aria-labelledby="as-list">
            <h2 id="as-list">{t("asList")}</h2>
            <p className="small soft">{t("listHow")}</p>
            <LineageList nodes={nodes} root={root} />
          </section>
        </>
      )}
    </>
  );
}
