/** Warns before a session ends for want of use, and lengthens it on request. */
import { useEffect, useState } from "react";
import { Button, Dialog, Heading, Modal } from "react-aria-components";
import english from "../../languages/en/shell.json";
import { lastAskedAt } from "../data/ask-server.ts";
import { useSession } from "../data/session.ts";
import { useTexts } from "../language/texts.ts";

const WARN_MS = 2 * 60_000;
const LOOK_MS = 15_000;

export function SessionEnd() {
  const t = useTexts("shell", english);
  const { data: session, refetch } = useSession();
  const [near, setNear] = useState(false);
  const idleMinutes = session?.idleMinutes;
  useEffect(() => {
    if (idleMinutes === undefined) return;
    // Whatever was asked last has lengthened the session.
    const look = () => setNear(performance.now() - lastAskedAt() > idleMinutes * 60_000 - WARN_MS);
    const timer = setInterval(look, LOOK_MS);
    return () => clearInterval(timer);
  }, [idleMinutes]);
  const stay = () => {
    setNear(false);
    void refetch();
  };
  return (
    <Modal isOpen={near} className="modal">
      <Dialog role="alertdialog" className="panel">
        <Heading slot="title">{t("ending")}</Heading>
        <p>{t("endingWhy")}</p>
        <Button className="button primary" onPress={stay} autoFocus>
          {t("stay")}
        </Button>
      </Dialog>
    </Modal>
  );
}
