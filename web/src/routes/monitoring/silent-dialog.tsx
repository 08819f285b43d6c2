/** Asks whether a unit is to go back to silent, and why; says what follows before it does. */
import type { FormEvent } from "react";
import { Button, Dialog, Heading, Modal } from "react-aria-components";
import type { ReturnToSilent } from "../../../../src/serving/workspace/monitoring/monitoring-routes.ts";
import english from "../../../languages/en/monitoring.json";
import { useDraft } from "../../data/drafts.ts";
import { useTell } from "../../data/queries.ts";
import { useTexts } from "../../language/texts.ts";
import { Failed } from "../../states/states.tsx";
import { useUnitName } from "./unit-name.ts";

interface SilentDialogProps {
  /** Null: every unit. */
  readonly unit: string | null;
  close(done: boolean): void;
}

export function SilentDialog({ unit, close }: SilentDialogProps) {
  const t = useTexts("monitoring", english);
  const nameOf = useUnitName();
  const { draft: reason, keep, forget } = useDraft(`silent ${unit ?? "*"}`, "");
  const tell = useTell<ReturnToSilent>("/workspace/monitoring/silent", ["/workspace/monitoring"]);
  const leave = (done: boolean) => {
    forget();
    close(done);
  };
  const send = (event: FormEvent) => {
    event.preventDefault();
    tell.mutate({ unit, reason: reason.trim() }, { onSuccess: () => leave(true) });
  };
  return (
    <Modal isOpen onOpenChange={(open) => !open && close(false)} className="modal">
      <Dialog role="alertdialog" className="panel">
        <Heading slot="title">{unit === null ? t("dialogAll") : t("dialog", { unit: nameOf(unit) })}</Heading>
        <p>{t("dialogEffect")}</p>
        <form onSubmit={send} className="stack">
          <p className="field">
            <label htmlFor="silent-reason">{t("reason")}</label>
            <input
              id="silent-reason"
              value={reason}
              maxLength={200}
              autoComplete="off"
              autoFocus
              onChange={({ target }) => keep(target.value)}
            />
          </p>
          <p className="row">
            <button
              type="submit"
              className="button clinical primary"
              disabled={reason.trim() === "" || tell.isPending}
            >
              {t("confirm")}
            </button>
            <Button className="button clinical" onPress={() => leave(false)}>
              {t("cancel")}
            </Button>
          </p>
        </form>
        {tell.error !== null && <Failed error={tell.error} />}
      </Dialog>
    </Modal>
  );
}
