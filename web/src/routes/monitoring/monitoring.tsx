/** What the monitors see: alarms, stages and figures of each unit with the way back to silent, drift, burden, what people said, what came. */
import type { MonitoringAnswer } from "../../../../src/serving/workspace/monitoring/monitoring-answer.ts";
import english from "../../../languages/en/monitoring.json";
import { LastingButton } from "../../controls/lasting-button.tsx";
import { useAsked } from "../../data/queries.ts";
import { useTexts } from "../../language/texts.ts";
import { Loaded, Stale } from "../../states/states.tsx";
import { Alarms } from "./alarms.tsx";
import { Burden } from "./burden.tsx";
import { Drifts } from "./drifts.tsx";
import { Matured } from "./matured.tsx";
import { Overrides } from "./overrides.tsx";
import { Units } from "./units.tsx";

export default function Monitoring() {
  const t = useTexts("monitoring", english);
  const query = useAsked<MonitoringAnswer>("/workspace/monitoring");
  return (
    <div className="stack">
      <h1>{t("title")}</h1>
      <Loaded query={query}>
        {(of) => (
          <>
            <p className="row">
              <span>{t("looked", { days: of.days, at: of.at.slice(0, 16).replace("T", " ") })}</span>
              <LastingButton idle={query.isFetching} onPress={() => void query.refetch()}>
                {t("again")}
              </LastingButton>
            </p>
            {of.stale && (
              <Stale since={of.reviewBy}>
                <p>{t("stale")}</p>
              </Stale>
            )}
            <Alarms of={of} />
            <Units of={of} />
            <Drifts of={of} />
            <Burden of={of} />
            <Overrides of={of} />
            <Matured of={of} />
          </>
        )}
      </Loaded>
    </div>
  );
}
