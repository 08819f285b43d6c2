/** An address that leads nowhere. */
import english from "../../languages/en/shell.json";
import { useTexts } from "../language/texts.ts";
import { Empty } from "../states/states.tsx";

export function NotFound() {
  const t = useTexts("shell", english);
  return (
    <div className="stack">
      <h1>{t("nowhere")}</h1>
      <Empty title={t("nowhereWhy")}>
        <a href="/app">{t("toStart")}</a>
      </Empty>
    </div>
  );
}
