/**
 * One item and the form in which it is decided. The keyboard does all of it; keys of one character work within the choices
 * only. What is typed lives in the page's memory alone until it is sent, also while another screen is looked at.
 */
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import type {
  Decided,
  NextItem,
  SendDecision,
} from "../../../../src/serving/workspace/vetting/vetting-routes.ts";
import english from "../../../languages/en/vetting.json";
import { ReviewForm } from "../../controls/review-form.tsx";
import { useDraft } from "../../data/drafts.ts";
import { useTell } from "../../data/queries.ts";
import { useTexts } from "../../language/texts.ts";
import { ItemContent } from "./item-content.tsx";

const VERDICTS = {
  definition: ["approve", "reject"],
  label: ["present", "absent", "uncertain"],
} as const;
type Verdict = (typeof VERDICTS)[keyof typeof VERDICTS][number];
const CONFIDENCES = [1, 2, 3, 4, 5] as const;

interface Draft {
  readonly verdict: Verdict | null;
  readonly confidence: (typeof CONFIDENCES)[number] | null;
  readonly reason: string;
}
const UNSAID: Draft = { verdict: null, confidence: null, reason: "" };

interface ItemFormProps {
  readonly item: NonNullable<NextItem["item"]>;
  readonly chart: NextItem["chart"];
  readonly role: SendDecision["role"];
  decided(result: Decided): void;
}

export function ItemForm({ item, chart, role, decided }: ItemFormProps) {
  const t = useTexts("vetting", english);
  const heading = useRef<HTMLHeadingElement>(null);
  const id = useId();
  const { draft, keep, forget } = useDraft(`vetting ${item.id} ${role}`, UNSAID);
  const { verdict, confidence, reason } = draft;
  /** The same for every try to send this decision: a lost answer records nothing twice. */
  const [decision] = useState(() => crypto.randomUUID());
  const tell = useTell<SendDecision, Decided>("/workspace/vetting/decisions", ["/workspace/vetting"]);
  useEffect(() => heading.current?.focus(), []);

  const missing =
    verdict === null
      ? "verdict"
      : confidence === null
        ? "confidence"
        : reason.trim() === ""
          ? "reason"
          : null;
  const send = () => {
    if (verdict === null || confidence === null) return;
    tell.mutate(
      { id: decision, item: item.id, role, verdict, confidence, reason: reason.trim() },
      {
        onSuccess: (result) => {
          forget();
          decided(result);
        },
      },
    );
  };
  const keys = (event: KeyboardEvent) => {
    const sure = CONFIDENCES.find((one) => String(one) === event.key);
    const typing = event.target instanceof HTMLTextAreaElement;
    if (sure !== undefined && !typing && !event.altKey && !event.ctrlKey && !event.metaKey)
      keep({ ...draft, confidence: sure });
  };
  return (
    <article className="stack" aria-labelledby={id}>
      <h3 id={id} ref={heading} tabIndex={-1}>
        {t("item", { kind: item.kind, name: item.name })}
      </h3>
      <p className="small soft">
        {t("held", { until: item.leaseUntil.slice(11, 16) })} <code>{item.id}</code>
      </p>
      <ItemContent item={item} chart={chart} />
      <ReviewForm
        missing={
          missing === null ? null : { field: missing, say: t("missing", { what: t(`missing.${missing}`) }) }
        }
        record={t("record")}
        below={<p className="small soft">{t("keys")}</p>}
        {...{ tell, send, keys }}
      >
        <fieldset className="choices">
          <legend>{t("verdict")}</legend>
          {VERDICTS[item.kind === "label" ? "label" : "definition"].map((one) => (
            <label key={one}>
              <input
                type="radio"
                name="verdict"
                checked={verdict === one}
                onChange={() => keep({ ...draft, verdict: one })}
              />
              {t(`verdict.${one}`)}
            </label>
          ))}
        </fieldset>
        <fieldset className="choices">
          <legend>{t("confidence")}</legend>
          {CONFIDENCES.map((one) => (
            <label key={one}>
              <input
                type="radio"
                name="confidence"
                checked={confidence === one}
                onChange={() => keep({ ...draft, confidence: one })}
              />
              {t(`confidence.${one}`)}
            </label>
          ))}
        </fieldset>
        <p className="field">
          <label htmlFor={`${id}-reason`}>{t("reason")}</label>
          <textarea
            id={`${id}-reason`}
            name="reason"
            rows={3}
            maxLength={2000}
            autoComplete="off"
            value={reason}
            onChange={({ target }) => keep({ ...draft, reason: target.value })}
          />
        </p>
      </ReviewForm>
    </article>
  );
}
