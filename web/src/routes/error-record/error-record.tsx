/**
 * The de-identified record of one held-out person whom the model got wrong, and why a reviewer thinks so. Opening it is in the
 * audit log, and the page says so.
 */
import { Link, useParams } from "@tanstack/react-router";
import { useEffect, useMemo, useRef, useState } from "react";
import { percent } from "../../../../src/drawing/number-text.ts";
import type { ErrorRecord, SendTag } from "../../../../src/serving/workspace/errors/error-routes.ts";
import { FAILURE_MODES } from "../../../../src/serving/workspace/errors/failure-modes.table.ts";
import english from "../../../languages/en/errors.json";
import { Choice } from "../../controls/choice.tsx";
import { ReviewForm } from "../../controls/review-form.tsx";
import { useDraft } from "../../data/drafts.ts";
import { useTell } from "../../data/queries.ts";
import { useTexts } from "../../language/texts.ts";
import { Timeline } from "../../patient/timeline/timeline.tsx";
import { useSearchState } from "../../routing/search-state.ts";
import { Failed, Loading, NoPermission } from "../../states/states.tsx";

export default function ErrorRecordPage() {
  const t = useTexts("errors", english);
  const { key = "" }: { readonly key?: string } = useParams({ strict: false });
  const [task] = useSearchState("task", "0");
  const [threshold] = useSearchState("threshold", "0");
  const open = useTell<{ task: number; key: string }, ErrorRecord>("/workspace/errors/open");
  const asked = useRef("");
  useEffect(() => {
    if (asked.current === key) return;
    asked.current = key;
    open.mutate({ task: Number(task), key });
  }, [key, task, open]);
  return (
    <div className="stack">
      <h1>{t("recordTitle")}</h1>
      <p>
        <Link to="/errors" search={{ task, threshold } as never}>
          {t("back")}
        </Link>
      </p>
      {open.error === null ? (
        open.data === undefined && <Loading />
      ) : open.error.refusal.status === 403 ? (
        <NoPermission error={open.error} />
      ) : (
        <Failed error={open.error} again={() => open.mutate({ task: Number(task), key })} />
      )}
      {open.data !== undefined && (
        <Opened record={open.data} of={{ key, task: Number(task), threshold: Number(threshold) }} />
      )}
    </div>
  );
}

interface OpenedProps {
  readonly record: ErrorRecord;
  readonly of: Pick<SendTag, "key" | "task" | "threshold">;
}

function Opened({ record, of }: OpenedProps) {
  const t = useTexts("errors", english);
  const marked = useMemo(() => new Set(record.outcomeCodes), [record]);
  return (
    <>
      <p className="small soft">{t("logged")}</p>
      <p>
        {t("forecastWas", { risk: percent(record.risk, 1), at: record.predictedAt.slice(0, 10) })}{" "}
        {t(`then.${record.came}`, { days: Math.round(record.days) })}
      </p>
      <TagForm of={of} />
      <Timeline
        timeline={record.timeline}
        now={record.endsAt}
        marked={marked}
        markedBecause={marked.size === 0 ? null : t("markedBecause")}
      />
    </>
  );
}

const UNSAID = { mode: "", reason: "" };

function TagForm({ of }: Pick<OpenedProps, "of">) {
  const t = useTexts("errors", english);
  const [id, setId] = useState(() => crypto.randomUUID());
  const { draft, keep, forget } = useDraft(`tag ${of.key} ${of.task}`, UNSAID, of.key);
  const { mode, reason } = draft;
  const [said, setSaid] = useState("");
  const tell = useTell<SendTag>("/workspace/errors/tags", ["/workspace/errors"]);
  const found = FAILURE_MODES.find(({ code }) => code === mode);
  const send = () => {
    if (found === undefined) return;
    setSaid("");
    tell.mutate(
      { id, ...of, mode: found.code, reason: reason.trim() },
      {
        onSuccess: () => {
          forget(draft);
          setSaid(`✓ ${t("recorded")}`);
          setId(crypto.randomUUID());
        },
      },
    );
  };
  return (
    <section className="panel stack" aria-labelledby="why">
      <h2 id="why">{t("why")}</h2>
      <ReviewForm
        missing={found === undefined ? { field: "mode", say: t("chooseMode") } : null}
        record={t("record")}
        {...{ tell, send, said }}
      >
        <Choice
          {...{
            id: "mode",
            label: t("mode"),
            value: mode,
            onChange: (chosen) => keep({ ...draft, mode: chosen }),
          }}
          options={[
            ["", t("choose")],
            ...FAILURE_MODES.map(({ code }) => [code, t(`mode.${code}`)] as const),
          ]}
        />
        <p className="field">
          <label htmlFor="reason">{t("reason")}</label>
          <textarea
            id="reason"
            rows={2}
            maxLength={500}
            value={reason}
            onChange={({ target }) => keep({ ...draft, reason: target.value })}
          />
        </p>
      </ReviewForm>
    </section>
  );
}
