/** Says on every screen whose records are open by broken glass, and until when; then what was read of them is forgotten. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import english from "../../languages/en/glass.json";
import { SESSION_PATH, useSession } from "../data/session.ts";
import { useTexts } from "../language/texts.ts";
import { shortKey } from "../patient/short-key.ts";
import { patientPath } from "../patient/use-patient.ts";

export function GlassNote() {
  const t = useTexts("glass", english);
  const client = useQueryClient();
  const { data: session } = useSession();
  const glass = session?.glass;
  useEffect(() => {
    const ending = (glass ?? []).map(({ key, secondsLeft }) =>
      setTimeout(() => {
        const about = ({ queryKey: [asked] }: { readonly queryKey: readonly unknown[] }) =>
          typeof asked === "string" && asked.startsWith(patientPath(key));
        // Forgotten first, so that nothing of it stays on the screen while it is asked anew, and refused.
        void client.resetQueries({ predicate: about });
        void client.invalidateQueries({ queryKey: [SESSION_PATH] });
      }, 1000 * secondsLeft),
    );
    return () => ending.forEach(clearTimeout);
  }, [glass, client]);
  if (glass === undefined || glass.length === 0) return null;
  return (
    <div className="sandbox-note glass-note" role="status">
      {glass.map(({ key, until }) => (
        <p key={key}>
          <strong>{t("broken", { key: shortKey(key) })}</strong>{" "}
          {t("brokenUntil", { until: until.slice(11, 16) })}
        </p>
      ))}
    </div>
  );
}
