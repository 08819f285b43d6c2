/** What the served release was measured to be worth, task by task. The task and the threshold stand in the address. */
import type {
  EvidenceAnswer,
  TaskEvidence,
} from "../../../../src/serving/workspace/evidence/evidence-answer.ts";
import english from "../../../languages/en/evidence.json";
import { useAsked } from "../../data/queries.ts";
import { horizonWords } from "../../language/figures.ts";
import { useTexts } from "../../language/texts.ts";
import { Empty, Loaded, Partial, Stale, Suppressed } from "../../states/states.tsx";
import { Audits } from "./audits.tsx";
import { Calibration } from "./calibration.tsx";
import { OverTime } from "./over-time.tsx";
import { Scorecard } from "./scorecard.tsx";
import { Subgroups } from "./subgroups.tsx";
import { useTaskChoice } from "./task-choice.tsx";
import { Thresholds } from "./thresholds.tsx";
import "./evidence.css";

export default function Evidence() {
  const t = useTexts("evidence", english);
  const query = useAsked<EvidenceAnswer>("/workspace/evidence");
  return (
    <div className="stack">
      <h1>{t("title")}</h1>
      <Loaded query={query}>{(evidence) => <Measured evidence={evidence} />}</Loaded>
    </div>
  );
}

function Measured({ evidence }: { readonly evidence: EvidenceAnswer }) {
  const t = useTexts("evidence", english);
  const [place, choice] = useTaskChoice(evidence.tasks);
  const query = useAsked<TaskEvidence>(
    evidence.tasks.length === 0 ? null : `/workspace/evidence/task?task=${place}`,
  );
  return (
    <>
      {evidence.stale && (
        <Stale since={evidence.reviewBy}>
          <p>{t("stale")}</p>
        </Stale>
      )}
      {choice}
      <Loaded query={query}>{(of) => <Task of={of} at={evidence.createdAt} />}</Loaded>
      <Audits audits={evidence.audits} />
    </>
  );
}

function Task({ of, at }: { readonly of: TaskEvidence; readonly at: string }) {
  const t = useTexts("evidence", english);
  const { landmark, horizon } = of.task;
  const period = t("periodInternal", {
    landmark,
    horizon: horizonWords(horizon),
    at: at.slice(0, 10),
  });
  const { n, figures } = of;
  if (n === null || figures === null) return <Suppressed least={of.minimumCell} />;
  const shown = { ...of, n, figures };
  return (
    <>
      <Scorecard of={shown} period={period} />
      {of.closer === null ? (
        <Partial title={t("noCloser")}>
          <p>{t("noCloserWhy")}</p>
        </Partial>
      ) : (
        <>
          {of.closer.thresholds.length === 0 ? (
            <Empty title={t("noCloser")} />
          ) : (
            <Thresholds of={shown} period={period} closer={of.closer} />
          )}
          <Calibration of={shown} period={period} closer={of.closer} />
          {of.closer.subgroups.length > 0 && <Subgroups of={shown} period={period} closer={of.closer} />}
        </>
      )}
      <OverTime of={shown} period={period} time={of.closer?.overTime ?? null} />
    </>
  );
}
