/** How well the vocabulary covers the records: what has a token of its own, what one stands for, what is lost. The split stands in the address. */
import { useCallback, useMemo } from "react";
import { count, percent } from "../../../../src/drawing/number-text.ts";
import type { TokensAnswer } from "../../../../src/serving/workspace/building/tokens-answer.ts";
import english from "../../../languages/en/tokens.json";
import { ChartFrame } from "../../charts/chart-frame.tsx";
import { PlotFigure, type PlotFigureProps } from "../../charts/plot-figure.tsx";
import { useAsked } from "../../data/queries.ts";
import { useTexts } from "../../language/texts.ts";
import { useSearchState } from "../../routing/search-state.ts";
import { Empty, Loaded, Partial, Stale, Suppressed } from "../../states/states.tsx";

type Split = TokensAnswer["splits"][number];
type Figures = NonNullable<Split["figures"]>;

export default function Tokens() {
  const t = useTexts("tokens", english);
  const query = useAsked<TokensAnswer>("/workspace/tokens");
  return (
    <div className="stack">
      <h1>{t("title")}</h1>
      <Loaded query={query}>{(answer) => <Answered answer={answer} />}</Loaded>
    </div>
  );
}

function Answered({ answer: { tokens, splits, minimumCell } }: { readonly answer: TokensAnswer }) {
  const t = useTexts("tokens", english);
  const [name, setName] = useSearchState("split", "train");
  const split = splits.find((one) => one.split === name) ?? splits[0];
  if (tokens === null)
    return (
      <Empty title={t("none")}>
        <p>{t("noneWhy")}</p>
      </Empty>
    );
  if (split === undefined)
    return (
      <Partial title={t("unreadable")}>
        <p>{t("unreadableWhy")}</p>
      </Partial>
    );
  return (
    <>
      {!tokens.ofNewest && (
        <Stale since={tokens.madeAt}>
          <p>{t("older")}</p>
        </Stale>
      )}
      <section className="panel stack" aria-labelledby="coverage-title">
        <h2 id="coverage-title">{t("coverage")}</h2>
        <p className="field">
          <label htmlFor="split">{t("split")}</label>
          <select id="split" value={split.split} onChange={({ target }) => setName(target.value)}>
            {splits.map((one) => (
              <option key={one.split} value={one.split}>
                {one.split.replace("_", " ")}
              </option>
            ))}
          </select>
        </p>
        {split.figures === null ? (
          <Suppressed least={minimumCell} />
        ) : (
          <Coverage
            figures={split.figures}
            vocabulary={split.vocabulary}
            madeAt={tokens.madeAt}
            least={minimumCell}
          />
        )}
      </section>
    </>
  );
}

interface CoverageProps {
  readonly figures: Figures;
  readonly vocabulary: number;
  readonly madeAt: string;
  readonly least: number;
}

const PARTS = ["exact", "backedOff", "unknown"] as const;
/** Told apart by lightness and outline, and in words in the table. */
const FILLS = { exact: 1, backedOff: 0.45, unknown: 0 } as const;

function Coverage({ figures: { persons, tokens, systems }, vocabulary, madeAt, least }: CoverageProps) {
  const t = useTexts("tokens", english);
  const rows = useMemo(
    () =>
      systems.flatMap(({ system, ...row }) =>
        PARTS.flatMap((part) => (row[part] === null ? [] : [{ system, part, share: row[part] }])),
      ),
    [systems],
  );
  const draw = useCallback<PlotFigureProps["draw"]>(
    (plot) => ({
      marginLeft: 96,
      marginBottom: 36,
      x: { label: t("shareX"), domain: [0, 1], tickFormat: (share: number) => percent(share), ticks: 4 },
      y: { label: null, domain: [...new Set(rows.map(({ system }) => system))] },
      marks: [
        plot.barX(rows, {
          x: "share",
          y: "system",
          fill: "var(--main)",
          fillOpacity: ({ part }: { part: (typeof PARTS)[number] }) => FILLS[part],
          stroke: "var(--edge)",
          order: [...PARTS],
          z: "part",
        }),
      ],
    }),
    [rows, t],
  );
  const all = systems.find(({ system }) => system === "all");
  const finding = t("finding", {
    size: vocabulary,
    exact: percent(all?.exact ?? 0, 1),
    backedOff: percent(all?.backedOff ?? 0, 2),
    unknown: percent(all?.unknown ?? 0, 2),
  });
  const share = (value: number | null) => (value === null ? t("few", { least }) : percent(value, 2));
  return (
    <>
      <ChartFrame
        name="coverage"
        finding={finding}
        n={t("personsN", { count: persons, events: all?.events ?? 0 })}
        period={t("made", { at: madeAt.slice(0, 10) })}
        interval={null}
        table={{
          columns: [t("system"), t("events"), t("exact"), t("backedOff"), t("unknown")],
          rows: systems.map((row) => [
            row.system,
            row.events === null ? t("few", { least }) : count(row.events),
            share(row.exact),
            share(row.backedOff),
            share(row.unknown),
          ]),
        }}
        legend={
          <>
            <span>█ {t("exact")}</span>
            <span>▒ {t("backedOff")}</span>
            <span>□ {t("unknown")}</span>
          </>
        }
      >
        <PlotFigure label={finding} height={60 + 30 * systems.length} draw={draw} />
      </ChartFrame>
      <p>
        {t("lengths", {
          mean: Math.round(tokens.mean),
          median: Math.round(tokens.median),
          p90: Math.round(tokens.p90),
        })}
      </p>
    </>
  );
}
