/** Whether the audit log is as it was written, checked when it is asked. */
import type { AuditChain } from "../../../../src/serving/workspace/release/release-answer.ts";
import english from "../../../languages/en/release.json";
import { LastingButton } from "../../controls/lasting-button.tsx";
import { Tag } from "../../controls/tag.tsx";
import { useAsked } from "../../data/queries.ts";
import { useTexts } from "../../language/texts.ts";
import { Loaded } from "../../states/states.tsx";

export function AuditStatus() {
  const t = useTexts("release", english);
  const query = useAsked<AuditChain>("/workspace/release/audit");
  return (
    <section className="panel" aria-labelledby="audit">
      <h2 id="audit">{t("audit")}</h2>
      <Loaded query={query}>
        {({ at, entries, faults, anchored, clockSetBack }) => (
          <>
            <p role="status">
              <Tag tone={faults.length === 0 ? "good" : "bad"}>
                {t(faults.length === 0 ? "auditOk" : "auditBroken")}
              </Tag>{" "}
              {t("auditEntries", { count: entries, at: at.slice(0, 16).replace("T", " ") })}
            </p>
            {faults.length > 0 && (
              <ul>
                {faults.slice(0, 20).map(({ sequence, kind }) => (
                  <li key={`${sequence} ${kind}`}>{t("auditFault", { sequence: String(sequence), kind })}</li>
                ))}
              </ul>
            )}
            <p>{t(anchored ? "auditAnchored" : "auditUnanchored")}</p>
            {clockSetBack > 0 && <p>{t("auditClock", { count: clockSetBack })}</p>}
            <p className="small soft">{t("auditRead")}</p>
            <LastingButton idle={query.isFetching} onPress={() => void query.refetch()}>
              {t("again")}
            </LastingButton>
          </>
        )}
      </Loaded>
    </section>
  );
}
