/** Who is logged in, for what, and the way out. */
import english from "../../languages/en/shell.json";
import { useTell } from "../data/queries.ts";
import { useSession } from "../data/session.ts";
import { useTexts } from "../language/texts.ts";

export function Person() {
  const t = useTexts("shell", english);
  const { data: session } = useSession();
  const out = useTell<object>("/logout");
  if (session === undefined) return null;
  const leave = () => out.mutate({}, { onSuccess: () => location.assign("/app") });
  return (
    <div className="person">
      <span className="who" title={session.roles.join(", ")}>
        {session.person.split("/").at(-1)} <span className="soft">{session.roles.join(", ")}</span>
      </span>
      <button type="button" className="button" onClick={leave}>
        {t("logOut")}
      </button>
    </div>
  );
}
