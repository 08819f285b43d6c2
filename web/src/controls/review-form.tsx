/**
 * The form in which a reviewer says something that is kept: its fields, the button that records it, what is still missing, and what
 * the server refused. Control or Command with Enter records too.
 * Invariant: nothing is sent twice at a time, nor while something is missing; then the field that lacks it gets the focus.
 */
import { type FormEvent, type KeyboardEvent, type ReactNode, useRef, useState } from "react";
import type { ServerRefusal } from "../data/ask-server.ts";
import { Failed } from "../states/states.tsx";

export interface Missing {
  /** `name` of the field. */
  readonly field: string;
  /** What is said of it. */
  readonly say: string;
}

interface ReviewFormProps {
  /** What is missing first; null where it can be recorded. */
  readonly missing: Missing | null;
  /** How the sending of it stands. */
  readonly tell: { readonly isPending: boolean; readonly error: ServerRefusal | null };
  /** Words of the button. */
  readonly record: string;
  send(): void;
  /** Keys that mean something within the form. */
  keys?(event: KeyboardEvent): void;
  /** What is said when it was recorded. */
  readonly said?: string;
  /** The fields. */
  readonly children: ReactNode;
  /** Below the button. */
  readonly below?: ReactNode;
}

export function ReviewForm({
  missing,
  tell,
  record,
  send,
  keys,
  said = "",
  children,
  below,
}: ReviewFormProps) {
  const form = useRef<HTMLFormElement>(null);
  const [told, setTold] = useState("");
  const submit = (event: FormEvent | KeyboardEvent) => {
    event.preventDefault();
    if (tell.isPending) return;
    setTold(missing?.say ?? "");
    if (missing === null) send();
    else form.current?.querySelector<HTMLElement>(`[name="${missing.field}"]`)?.focus();
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit(event);
    else keys?.(event);
  };
  return (
    <>
      <form ref={form} className="stack" onSubmit={submit} onKeyDown={press}>
        {children}
        <p className="row">
          <button
            type="submit"
            className="button clinical primary"
            aria-disabled={missing !== null || tell.isPending}
          >
            {record}
          </button>
        </p>
        <p role="alert">{told}</p>
        <p role="status">{told === "" ? said : ""}</p>
        {below}
      </form>
      {tell.error !== null && <Failed error={tell.error} />}
    </>
  );
}
