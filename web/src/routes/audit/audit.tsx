/** The audit log's entries, filtered and page by page, and whether the log is as it was written. */
import { useEffect, useRef, useState } from "react";
import type { AuditPage } from "../../../../src/serving/workspace/audit/audit-page-routes.ts";
import english from "../../../languages/en/audit.json";
import { ChartTableView } from "../../charts/chart-frame.tsx";
import { useAsked } from "../../data/queries.ts";
import { useTexts } from "../../language/texts.ts";
import { useSearchState } from "../../routing/search-state.ts";
import { useFocusAfter } from "../../states/focus-after.ts";
import { Empty, Loaded } from "../../states/states.tsx";
import { AuditStatus } from "../release/audit-status.tsx";

/** Areas of actions, as entries name them. */
const AREAS = [
  "",
  "assistant.",
  "audit.",
  "governance.",
  "identity.",
  "privacy.",
  "reasoning.",
  "serving.",
  "vetting.",
];

export default function Audit() {
  const t = useTexts("audit", english);
  const [action, setAction] = useSearchState("action", "");
  const [actor, setActor] = useSearchState("actor", "");
  const [before, setBefore] = useState<number | null>(null);
  const asked = new URLSearchParams({
    ...(action === "" ? {} : { action }),
    ...(actor === "" ? {} : { actor }),
    ...(before === null ? {} : { before: String(before) }),
  });
  const query = useAsked<AuditPage>(`/workspace/audit?${asked}`);
  // Each page takes the buttons with it that led there.
  const heading = useRef<HTMLHeadingElement>(null);
  useFocusAfter(query.data !== undefined, heading);
  const changed = (set: (value: string) => void) => (value: string) => {
    setBefore(null);
    set(value);
  };
  return (
    <div className="stack">
      <h1>{t("title")}</h1>
      <AuditStatus />
      <section className="panel stack" aria-labelledby="entries">
        <h2 id="entries" ref={heading} tabIndex={-1}>
          {t("entries")}
        </h2>
        <p className="small soft">{t("looking")}</p>
        <div className="row">
          <p className="field">
            <label htmlFor="audit-action">{t("action")}</label>
            <select
              id="audit-action"
              value={action}
              onChange={({ target }) => changed(setAction)(target.value)}
            >
              {AREAS.map((one) => (
                <option key={one} value={one}>
                  {one === "" ? t("all") : one}
                </option>
              ))}
            </select>
          </p>
          <ActorField actor={actor} change={changed(setActor)} />
        </div>
        <Loaded query={query}>
          {({ entries, next }) => (
            <>
              <Entries entries={entries} />
              <p className="row">
                {before !== null && (
                  <button type="button" className="button" onClick={() => setBefore(null)}>
                    {t("newest")}
                  </button>
                )}
                {next !== null && (
                  <button type="button" className="button" onClick={() => setBefore(next)}>
                    {t("older")}
                  </button>
                )}
              </p>
            </>
          )}
        </Loaded>
      </section>
    </div>
  );
}

/** Asked for when it is left, or with Enter: not at every letter. */
function ActorField({ actor, change }: { readonly actor: string; change(actor: string): void }) {
  const t = useTexts("audit", english);
  const [typed, setTyped] = useState(actor);
  useEffect(() => setTyped(actor), [actor]);
  const ask = () => typed.trim() !== actor && change(typed.trim());
  return (
    <p className="field">
      <label htmlFor="audit-actor">{t("actor")}</label>
      <input
        id="audit-actor"
        value={typed}
        maxLength={200}
        pattern="[A-Za-z0-9][A-Za-z0-9._:@/+=#\-]*"
        autoComplete="off"
        onChange={({ target }) => setTyped(target.value)}
        onBlur={ask}
        onKeyDown={({ key }) => key === "Enter" && ask()}
      />
    </p>
  );
}

function Entries({ entries }: Pick<AuditPage, "entries">) {
  const t = useTexts("audit", english);
  if (entries.length === 0)
    return (
      <Empty title={t("none")}>
        <p>{t("noneWhy")}</p>
      </Empty>
    );
  return (
    <ChartTableView
      caption={t("entriesCaption")}
      columns={[t("number"), t("at"), t("who"), t("what"), t("object"), t("patient"), t("why"), t("outcome")]}
      rows={entries.map(({ sequence, at, actor, action, object, patientKey, reason, outcome }) => [
        sequence,
        at.slice(0, 19).replace("T", " "),
        actor,
        action,
        object,
        patientKey,
        reason,
        outcome,
      ])}
    />
  );
}
