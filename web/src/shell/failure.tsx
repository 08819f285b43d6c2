/** What is shown where a screen itself fails: what to do, and no word of what was in it. */
import english from "../../languages/en/shell.json";
import { useTexts } from "../language/texts.ts";

export function Failure() {
  const t = useTexts("shell", english);
  return (
    <div className="state failed" role="alert" data-state="failed">
      <div>
        <p className="title">{t("broken")}</p>
        <p>{t("brokenWhat")}</p>
        <button type="button" className="button" onClick={() => location.reload()}>
          {t("reload")}
        </button>
      </div>
    </div>
  );
}
