/** Reads a sample of de-identified texts: marks shown, what was left in counted, and what that says of the de-identification. */
import { useEffect, useMemo, useRef, useState } from "react";
import { percent } from "../../../../src/drawing/number-text.ts";
import type {
  NextNote,
  RedactionAnswer,
  SendReading,
} from "../../../../src/serving/workspace/redaction/redaction-routes.ts";
import english from "../../../languages/en/redaction.json";
import { ReviewForm } from "../../controls/review-form.tsx";
import { useDraft } from "../../data/drafts.ts";
import { useAsked, useTell } from "../../data/queries.ts";
import { useTexts } from "../../language/texts.ts";
import { useFocusAfter } from "../../states/focus-after.ts";
import { Empty, Failed, Loaded, Partial } from "../../states/states.tsx";
import { foundMarks, type MarkSteps, NO_STEPS, NoteMarks } from "./note-marks.tsx";
import "./redaction.css";

export default function Redaction() {
  const t = useTexts("redaction", english);
  const query = useAsked<RedactionAnswer>("/workspace/redaction");
  return (
    <div className="stack">
      <h1>{t("title")}</h1>
      <Loaded query={query}>
        {(of) => (
          <>
            <Found of={of} />
            {of.nothing === null && <Reading of={of} />}
          </>
        )}
      </Loaded>
    </div>
  );
}

function Found({ of }: { readonly of: RedactionAnswer }) {
  const t = useTexts("redaction", english);
  const { nothing, found, sample, read, records } = of;
  const left = sample - read;
  return (
    <section className="panel stack" aria-labelledby="found">
      <h2 id="found">{t("found")}</h2>
      {nothing !== null ? (
        <Empty title={t(nothing)}>
          <p>{t(`${nothing}Why`)}</p>
        </Empty>
      ) : found === null ? (
        <Empty title={t("nothingRead")}>
          <p>{t("nothingReadWhy", { sample })}</p>
        </Empty>
      ) : (
        <>
          <h3>{t("recall", { ...shareOf(found.recall), missed: found.missed })}</h3>
          <p className="small soft">
            {t("recallAbout", { n: found.recall.n, read, sample, records: records?.slice(0, 16) ?? "" })}
          </p>
          <h3>{t("precision", { ...shareOf(found.precision), wrong: found.wrong })}</h3>
          <p className="small soft">{t("precisionAbout", { n: found.precision.n, read })}</p>
          <p>{t("withoutLeak", { ...shareOf(found.notesWithoutLeak), n: found.notesWithoutLeak.n })}</p>
          {left > 0 && (
            <Partial title={t("partial", { left, sample })}>
              <p>{t("partialWhy")}</p>
            </Partial>
          )}
        </>
      )}
    </section>
  );
}

function shareOf({ value, low, high }: NonNullable<RedactionAnswer["found"]>["recall"]) {
  return { value: percent(value), low: percent(low), high: percent(high) };
}

function Reading({ of }: { readonly of: RedactionAnswer }) {
  const t = useTexts("redaction", english);
  const [given, setGiven] = useState<NextNote | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  useFocusAfter(given?.note != null, heading);
  const [said, setSaid] = useState("");
  const ask = useTell<Record<string, never>, NextNote>("/workspace/redaction/next");
  const next = () => ask.mutate({}, { onSuccess: setGiven });
  return (
    <section className="panel stack" aria-labelledby="read">
      <h2 id="read" ref={heading} tabIndex={-1}>
        {t("read")}
      </h2>
      {!of.mayRead && <p>{t("reviewersOnly")}</p>}
      {of.mayRead && (
        <>
          <p>{t("readHow")}</p>
          <p className="row">
            <button type="button" className="button clinical" onClick={next}>
              {t("next", { left: of.sample - of.read })}
            </button>
            {of.read > 0 && (
              <a className="button" href="/workspace/redaction/sample" download>
                {t("take")}
              </a>
            )}
          </p>
          {of.read > 0 && <p className="small soft">{t("takeHow")}</p>}
        </>
      )}
      <p role="status">{said}</p>
      {ask.error !== null && <Failed error={ask.error} />}
      {given !== null && given.note === null && (
        <Empty title={t("allRead")}>
          <p>{t("allReadWhy")}</p>
        </Empty>
      )}
      {given?.note != null && (
        <NoteForm
          key={given.note.content}
          note={given.note}
          recorded={() => {
            setSaid(`✓ ${t("recorded")}`);
            setGiven(null);
            next();
          }}
        />
      )}
    </section>
  );
}

interface Unsent {
  readonly steps: MarkSteps;
  /** The number as it was typed; null: as it was counted. */
  readonly typed: string | null;
}
const UNREAD: Unsent = { steps: NO_STEPS, typed: null };

interface NoteFormProps {
  readonly note: NonNullable<NextNote["note"]>;
  recorded(): void;
}

function NoteForm({ note, recorded }: NoteFormProps) {
  const t = useTexts("redaction", english);
  const heading = useRef<HTMLHeadingElement>(null);
  const { draft, keep, forget } = useDraft(`redaction ${note.content}`, UNREAD);
  const { steps, typed } = draft;
  const found = useMemo(() => foundMarks(note.text, steps), [note.text, steps]);
  const missed = typed ?? (found.missed === 0 ? "" : String(found.missed));
  const tell = useTell<SendReading>("/workspace/redaction/readings", ["/workspace/redaction"]);
  useEffect(() => heading.current?.focus(), []);
  const isNumber = /^\d{1,3}$/.test(missed.trim());
  const send = () =>
    tell.mutate(
      { content: note.content, missed: Number(missed), wrong: found.wrong },
      {
        onSuccess: () => {
          forget();
          recorded();
        },
      },
    );
  return (
    <article className="stack" aria-labelledby="note">
      <h3 id="note" ref={heading} tabIndex={-1}>
        {t("note", { note: note.note })}
      </h3>
      <p className="small soft">{t("marks", { count: note.removed })}</p>
      <NoteMarks text={note.text} steps={steps} changed={(next) => keep({ steps: next, typed: null })} />
      <ReviewForm
        missing={isNumber ? null : { field: "missed", say: t("missingCount") }}
        record={t("record")}
        {...{ tell, send }}
      >
        <p className="field">
          <label htmlFor="missed">{t("missed")}</label>
          <input
            id="missed"
            name="missed"
            inputMode="numeric"
            autoComplete="off"
            value={missed}
            maxLength={3}
            onChange={({ target }) => keep({ ...draft, typed: target.value })}
          />
        </p>
      </ReviewForm>
    </article>
  );
}
