/** Imports that the gate has let through, to see how the records grow. */
import { count } from "../../../../src/drawing/number-text.ts";
import type { QualityAnswer } from "../../../../src/serving/workspace/building/quality-answer.ts";
import english from "../../../languages/en/quality.json";
import { ChartTableView } from "../../charts/chart-frame.tsx";
import { useTexts } from "../../language/texts.ts";
import { Empty } from "../../states/states.tsx";

export function Imports({ imports }: { readonly imports: QualityAnswer["imports"] }) {
  const t = useTexts("quality", english);
  return (
    <section className="panel" aria-labelledby="imports">
      <h2 id="imports">{t("imports")}</h2>
      {imports.length === 0 ? (
        <Empty title={t("noImports")}>
          <p>{t("noImportsWhy")}</p>
        </Empty>
      ) : (
        <ChartTableView
          caption={t("importsCaption")}
          columns={[t("records"), t("acceptedAt"), t("persons"), t("events")]}
          rows={imports.map(({ records, acceptedAt, persons, events }) => [
            records.slice(0, 16),
            acceptedAt.slice(0, 16).replace("T", " "),
            count(persons),
            count(events),
          ])}
        />
      )}
    </section>
  );
}
