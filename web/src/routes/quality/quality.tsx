/** What the site's records were read from, what became of it, and whether they hold what they must. The year and the kind of check stand in the address. */
import type { QualityAnswer } from "../../../../src/serving/workspace/building/quality-answer.ts";
import english from "../../../languages/en/quality.json";
import { useAsked } from "../../data/queries.ts";
import { useTexts } from "../../language/texts.ts";
import { useSearchState } from "../../routing/search-state.ts";
import { Empty, Loaded, Partial, Stale } from "../../states/states.tsx";
import { Checks } from "./checks.tsx";
import { Density } from "./density.tsx";
import { Imports } from "./imports.tsx";
import { Sources } from "./sources.tsx";
import { Systems } from "./systems.tsx";

export default function Quality() {
  const t = useTexts("quality", english);
  const [year, setYear] = useSearchState("year", "");
  const query = useAsked<QualityAnswer>(
    `/workspace/quality${year === "" ? "" : `?year=${encodeURIComponent(year)}`}`,
  );
  return (
    <div className="stack">
      <h1>{t("title")}</h1>
      <Loaded query={query}>
        {(quality) =>
          quality.records === null ? (
            <Empty title={t("none")}>
              <p>{t("noneWhy")}</p>
            </Empty>
          ) : (
            <>
              {quality.records.old && (
                <Stale since={quality.records.readAt}>
                  <p>{t("old")}</p>
                </Stale>
              )}
              <Sources records={quality.records} />
              {quality.report === null ? (
                <Partial title={t("notJudged")}>
                  <p>{t("notJudgedWhy")}</p>
                </Partial>
              ) : (
                <Checks report={quality.report} least={quality.minimumCell} />
              )}
              {quality.density !== null && (
                <Density
                  density={quality.density}
                  least={quality.minimumCell}
                  readAt={quality.records.readAt}
                  onYear={setYear}
                />
              )}
              {quality.systems.length > 0 && (
                <Systems systems={quality.systems} least={quality.minimumCell} />
              )}
              <Imports imports={quality.imports} />
            </>
          )
        }
      </Loaded>
    </div>
  );
}
