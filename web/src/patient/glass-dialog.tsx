/** Asks why the glass is to be broken, and says before it is for how long and who will see it. Words of one's own are kept by the server alone. */
import type { FormEvent } from "react";
import { Button, Dialog, Heading, Modal } from "react-aria-components";
import {
  GLASS_REASONS,
  type GlassReason,
  SHORTEST_NOTE,
} from "../../../src/serving/identity/glass-reasons.table.ts";
import type { BreakGlass } from "../../../src/serving/identity/session-routes.ts";
import english from "../../languages/en/glass.json";
import { Reasons } from "../controls/reasons.tsx";
import { useDraft } from "../data/drafts.ts";
import { useTell } from "../data/queries.ts";
import { SESSION_PATH, useSession } from "../data/session.ts";
import { useTexts } from "../language/texts.ts";
import { Failed } from "../states/states.tsx";
import { shortKey } from "./short-key.ts";
import { patientPath } from "./use-patient.ts";

interface GlassDialogProps {
  readonly patientKey: string;
  close(): void;
}

const UNSAID: { readonly code: GlassReason | ""; readonly note: string } = { code: "", note: "" };

export default function GlassDialog({ patientKey, close }: GlassDialogProps) {
  const t = useTexts("glass", english);
  const { data: session } = useSession();
  const { draft, keep, forget } = useDraft(`glass ${patientKey}`, UNSAID, patientKey);
  const { code, note } = draft;
  const tell = useTell<BreakGlass>("/session/break-glass", [SESSION_PATH, patientPath(patientKey)]);
  const complete = code !== "" && (code !== "other" || note.trim().length >= SHORTEST_NOTE);
  const giveUp = () => {
    forget();
    close();
  };
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (code === "" || !complete) return;
    tell.mutate({ key: patientKey, code, reason: note.trim() }, { onSuccess: giveUp });
  };
  return (
    <Modal isOpen onOpenChange={(open) => !open && close()} className="modal">
      <Dialog role="alertdialog" className="panel">
        <Heading slot="title">{t("dialog", { key: shortKey(patientKey) })}</Heading>
        <p>{t("effect", { count: session?.breakGlassMinutes ?? 0 })}</p>
        <form onSubmit={send} className="stack">
          <Reasons
            name="glass-reason"
            legend={t("reason")}
            options={GLASS_REASONS.map((one) => [one, t(`reason.${one}`)] as const)}
            value={code}
            onChange={(chosen) => keep({ ...draft, code: chosen })}
            autoFocus
          />
          <p className="field">
            <label htmlFor="glass-note">{code === "other" ? t("noteRequired") : t("note")}</label>
            <input
              id="glass-note"
              value={note}
              maxLength={200}
              required={code === "other"}
              autoComplete="off"
              aria-describedby="glass-note-where"
              onChange={({ target }) => keep({ ...draft, note: target.value })}
            />
          </p>
          <p id="glass-note-where" className="small soft">
            {t("noteWhere")}
          </p>
          <p className="row">
            <button type="submit" className="button clinical primary" disabled={!complete || tell.isPending}>
              {t("confirm")}
            </button>
            <Button className="button clinical" onPress={giveUp}>
              {t("cancel")}
            </Button>
          </p>
        </form>
        {tell.error !== null && <Failed error={tell.error} />}
      </Dialog>
    </Modal>
  );
}
