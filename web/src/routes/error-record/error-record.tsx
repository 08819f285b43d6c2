/**
 * The de-identified record of one held-out person whom the model got wrong, and why a reviewer thinks so. Opening it is in the
 * audit log, and the page says so.
 */
import { Link, useParams } from "@tanstack/react-router";
import { type FormEvent, useEffect, useMemo, useRef, useState } from "react";
import { percent } from "../../../../src/drawing/number-text.ts";
import type { ErrorRecord, SendTag } from "../../../../src/serving/workspace/errors/error-routes.ts";
import { FAILURE_MODES } from "../../../../src/serving/workspace/errors/failure-modes.table.ts";
import english from "../../../languages/en/errors.json";
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

function TagForm({ of }: Pick<OpenedProps, "of">) {
  const t = useTexts("errors", english);
  const [id, setId] = useState(() => crypto.randomUUID());
  const [mode, setMode] = useState("");
  const [reason, setReason] = useState("");
  const [told, setTold] = useState("");
  const choice = useRef<HTMLSelectElement>(null);
  const tell = useTell<SendTag>("/workspace/errors/tags", ["/workspace/errors"]);
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (tell.isPending) return;
    const found = FAILURE_MODES.find(({ code }) => code === mode);
    if (found === undefined) {
      setTold(t("chooseMode"));
      choice.current?.focus();
      return;
    }
    setTold("");
    tell.mutate(
      { id, ...of, mode: found.code, reason: reason.trim() },
      {
        onSuccess: () => {
          setTold(`✓ ${t("recorded")}`);
          setId(crypto.randomUUID());
        },
      },
    );
  };
  return (
    <section className="panel stack" aria-labelledby="why">
      <h2 id="why">{t("why")}</h2>
      <form className="stack" onSubmit={send}>
        <p className="field">
          <label htmlFor="mode">{t("mode")}</label>
          <select id="mode" ref={choice} value={mode} onChange={({ target }) => setMode(target.value)}>
            <option value="">{t("choose")}</option>
            {FAILURE_MODES.map(({ code }) => (
              <option key={code} value={code}>
                {t(`mode.${code}`)}
              </option>
            ))}
          </select>
        </p>
        <p className="field">
          <label htmlFor="reason">{t("reason")}</label>
          <textarea
            id="reason"
            rows={2}
            maxLength={500}
            value={reason}
            onChange={({ target }) => setReason(target.value)}
          />
        </p>
        <p className="row">
          <button type="submit" className="button clinical primary" aria-disabled={tell.isPending}>
            {t("record")}
          </button>
        </p>
        <p role="status">{told}</p>
      </form>
      {tell.error !== null && <Failed error={tell.error} />}
    </section>
  );
}
