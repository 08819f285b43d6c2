/** The work of reviewers: the next item, what was decided of the queue, what may be relied on, how far reviewers agree. */
import { Fragment, useRef, useState } from "react";
import type { VettingAnswer } from "../../../../src/serving/workspace/vetting/vetting-answer.ts";
import type { AskNext, NextItem } from "../../../../src/serving/workspace/vetting/vetting-routes.ts";
import english from "../../../languages/en/vetting.json";
import { useAsked, useTell } from "../../data/queries.ts";
import { useSession } from "../../data/session.ts";
import { useTexts } from "../../language/texts.ts";
import { useFocusAfter } from "../../states/focus-after.ts";
import { Empty, Failed, Loaded } from "../../states/states.tsx";
import { Agreement } from "./agreement.tsx";
import { ItemForm } from "./item-form.tsx";
import { Outcomes } from "./outcomes.tsx";
import "./vetting.css";

export default function Vetting() {
  const t = useTexts("vetting", english);
  const query = useAsked<VettingAnswer>("/workspace/vetting");
  return (
    <div className="stack">
      <h1>{t("title")}</h1>
      <Loaded query={query}>
        {(of) => (
          <>
            <Work you={of.you} />
            <Queue items={of.items} />
            <Outcomes outcomes={of.outcomes} />
            <Agreement agreement={of.agreement} />
          </>
        )}
      </Loaded>
    </div>
  );
}

type Role = AskNext["role"];
type Given = NextItem & { readonly role: Role };

function Work({ you }: Pick<VettingAnswer, "you">) {
  const t = useTexts("vetting", english);
  const { data: session } = useSession();
  const [given, setGiven] = useState<Given | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  useFocusAfter(given?.item != null, heading);
  const [said, setSaid] = useState("");
  const ask = useTell<AskNext, NextItem>("/workspace/vetting/next");
  const next = (role: Role) => ask.mutate({ role }, { onSuccess: (answer) => setGiven({ ...answer, role }) });
  return (
    <section className="panel stack" aria-labelledby="work">
      <h2 id="work" ref={heading} tabIndex={-1}>
        {t("work")}
      </h2>
      {you === null ? (
        <Empty title={t("notListed")}>
          <p>{t("notListedWhy", { id: session?.person ?? "" })}</p>
        </Empty>
      ) : (
        <>
          <p>{t("youAre", { name: you.name })}</p>
          {you.demonstration && <p>{t("demonstration")}</p>}
          <p className="row">
            {you.toReview !== null && (
              <button type="button" className="button clinical" onClick={() => next("review")}>
                {t("next", { count: you.toReview })}
              </button>
            )}
            {you.toAdjudicate !== null && (
              <button type="button" className="button clinical" onClick={() => next("adjudication")}>
                {t("nextDispute", { count: you.toAdjudicate })}
              </button>
            )}
          </p>
        </>
      )}
      <p role="status">{said}</p>
      {ask.error !== null && <Failed error={ask.error} />}
      {given !== null && given.item === null && (
        <Empty title={t("nothing")}>
          <p>{t("nothingWhy")}</p>
        </Empty>
      )}
      {given?.item != null && (
        <ItemForm
          key={given.item.id + given.role}
          item={given.item}
          chart={given.chart}
          role={given.role}
          decided={({ state, verdict }) => {
            setSaid(`✓ ${t(`recorded.${state}`, { verdict: verdict ?? "" })}`);
            setGiven(null);
            next(given.role);
          }}
        />
      )}
    </section>
  );
}

function Queue({ items }: Pick<VettingAnswer, "items">) {
  const t = useTexts("vetting", english);
  return (
    <section className="panel stack" aria-labelledby="queue">
      <h2 id="queue">{t("queue")}</h2>
      <dl className="facts">
        {(["open", "disputed", "settled"] as const).map((state) => (
          <Fragment key={state}>
            <dt>{t(state)}</dt>
            <dd>{items[state]}</dd>
          </Fragment>
        ))}
      </dl>
    </section>
  );
}
