/**
 * The states that every screen has besides its own: loading, empty, partial, stale, error, no permission, suppressed.
 * Each says what is so, and what can be done about it.
 */
import { type UseQueryResult, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import english from "../../languages/en/states.json";
import type { ServerRefusal } from "../data/ask-server.ts";
import { hasDrafts } from "../data/drafts.ts";
import { SESSION_PATH } from "../data/session.ts";
import { English } from "../language/said.tsx";
import { useTexts } from "../language/texts.ts";
import { useFocusAfter } from "./focus-after.ts";
import "./states.css";

/** Shows what was asked once it is there; until then, and where it is refused, the state that fits. */
export function Loaded<T>({
  query,
  children,
}: {
  readonly query: UseQueryResult<T, ServerRefusal>;
  readonly children: (data: T) => ReactNode;
}) {
  useFocusAfter(query.data === undefined && query.error !== null);
  if (query.data !== undefined) return children(query.data);
  if (query.error === null) return <Loading />;
  const { status } = query.error.refusal;
  if (status === 401) return <LoggedOut />;
  if (status === 403) return <NoPermission error={query.error} />;
  return <Failed error={query.error} again={() => void query.refetch()} />;
}

export function Loading() {
  const t = useTexts("states", english);
  return (
    <div className="loading" role="status">
      <span className="hidden">{t("loading")}</span>
      {["", "", ""].map((_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: three bars that never change
        <span key={i} aria-hidden="true" className="bar" />
      ))}
    </div>
  );
}

interface StateProps {
  readonly title: string;
  readonly children?: ReactNode;
}

/** Nothing is there yet; the children say what to do next. */
export function Empty({ title, children }: StateProps) {
  return <State mark="○" kind="empty" title={title} body={children} />;
}

/** Some of it is missing; the children say what and why. */
export function Partial({ title, children }: StateProps) {
  return <State mark="◐" kind="partial" title={title} body={children} />;
}

/** Older than it should be. @param since ISO time of what is shown */
export function Stale({ since, children }: { readonly since: string; readonly children?: ReactNode }) {
  const t = useTexts("states", english);
  return <State mark="◷" kind="stale" title={t("stale", { since: since.slice(0, 10) })} body={children} />;
}

/** Fewer than `least` persons: the figure is withheld. */
export function Suppressed({ least = 11 }: { readonly least?: number }) {
  const t = useTexts("states", english);
  return <State mark="▒" kind="suppressed" title={t("suppressed")} body={t("suppressedWhy", { least })} />;
}

export function NoPermission({
  error,
  children,
}: {
  readonly error?: ServerRefusal;
  /** What can be done about it here. */
  readonly children?: ReactNode;
}) {
  const t = useTexts("states", english);
  return (
    <State
      mark="⊘"
      kind="denied"
      title={t("denied")}
      body={
        <>
          <Details error={error} otherwise={t("deniedRole")} />
          {children}
        </>
      }
    />
  );
}

/** Where something was typed and not sent, one logs in in another window: this one has it, and nothing else does. */
export function LoggedOut() {
  const t = useTexts("states", english);
  const client = useQueryClient();
  const drafts = hasDrafts();
  return (
    <State
      mark="⊘"
      kind="denied"
      title={t("loggedOut")}
      body={
        <>
          <p>{t("loggedOutHow")}</p>
          {drafts && <p>{t("draftsKept")}</p>}
          <p className="row">
            {drafts ? (
              <a className="button" href="/login" target="_blank" rel="noreferrer">
                {t("logInApart")}
              </a>
            ) : (
              <a className="button" href="/login">
                {t("logIn")}
              </a>
            )}
            {drafts && (
              <button
                type="button"
                className="button"
                onClick={() => void client.refetchQueries({ queryKey: [SESSION_PATH] })}
              >
                {t("goOn")}
              </button>
            )}
          </p>
        </>
      }
    />
  );
}

export function Failed({ error, again }: { readonly error: ServerRefusal; readonly again?: () => void }) {
  const t = useTexts("states", english);
  return (
    <State
      mark="!"
      kind="failed"
      title={t("failed")}
      alert
      body={
        <>
          <Details error={error} otherwise="" />
          {again !== undefined && (
            <button type="button" className="button" onClick={again}>
              {t("again")}
            </button>
          )}
        </>
      }
    />
  );
}

function Details({
  error,
  otherwise,
}: {
  readonly error: ServerRefusal | undefined;
  readonly otherwise: string;
}) {
  const t = useTexts("states", english);
  if (error === undefined) return <p>{otherwise}</p>;
  const { message, remedy, code, requestId } = error.refusal;
  return (
    <>
      <p>
        <English>{sentence(message)}</English>
      </p>
      <p>
        <English>{remedy}</English>
      </p>
      <p className="soft small">
        {code}
        {requestId === null ? "" : ` · ${t("request", { id: requestId })}`}
      </p>
    </>
  );
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
}

interface Shown {
  readonly mark: string;
  readonly kind: string;
  readonly title: string;
  readonly body: ReactNode;
  readonly alert?: boolean;
}

function State({ mark, kind, title, body, alert = false }: Shown) {
  return (
    <div className={`state ${kind}`} role={alert ? "alert" : "status"} data-state={kind}>
      <span className="mark" aria-hidden="true">
        {mark}
      </span>
      <div>
        <p className="title">{title}</p>
        {typeof body === "string" ? <p>{body}</p> : body}
      </div>
    </div>
  );
}
