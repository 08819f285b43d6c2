/** Says that the session ends soon, and offers to go on. Its code is loaded when it is needed. */
import { Button, Dialog, Heading, Modal } from "react-aria-components";
import english from "../../languages/en/shell.json";
import { useTexts } from "../language/texts.ts";

export default function EndingDialog({ stay }: { readonly stay: () => void }) {
  const t = useTexts("shell", english);
  return (
    <Modal isOpen className="modal">
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
