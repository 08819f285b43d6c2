/** Shows what was asked about a patient; where the record is not open to the reader, says so and offers to break the glass. */
import type { UseQueryResult } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useState } from "react";
import english from "../../languages/en/glass.json";
import type { ServerRefusal } from "../data/ask-server.ts";
import { useSession } from "../data/session.ts";
import { useTexts } from "../language/texts.ts";
import { useFocusAfter } from "../states/focus-after.ts";
import { Loaded, NoPermission } from "../states/states.tsx";
import { usePatientKey } from "./use-patient.ts";

const GlassDialog = lazy(() => import("./glass-dialog.tsx"));

interface OpenedPatientProps<T> {
  readonly query: UseQueryResult<T, ServerRefusal>;
  readonly children: (data: T) => ReactNode;
}

export function OpenedPatient<T>({ query, children }: OpenedPatientProps<T>) {
  const key = usePatientKey();
  const { data: session } = useSession();
  const { data, error } = query;
  const mayBreak = session?.scopes.some((scope) => scope.startsWith("patient/")) === true;
  const closed =
    data === undefined && error?.refusal.code === "PATIENT_REFUSED" && mayBreak && key !== "launch";
  useFocusAfter(closed);
  return closed ? <Closed patientKey={key} error={error} /> : <Loaded query={query}>{children}</Loaded>;
}

function Closed({ patientKey, error }: { readonly patientKey: string; readonly error: ServerRefusal }) {
  const t = useTexts("glass", english);
  const [asking, setAsking] = useState(false);
  return (
    <NoPermission error={error}>
      <p>{t("closedWhy")}</p>
      <button type="button" className="button clinical" onClick={() => setAsking(true)}>
        {t("break")}
      </button>
      {asking && (
        <Suspense>
          <GlassDialog patientKey={patientKey} close={() => setAsking(false)} />
        </Suspense>
      )}
    </NoPermission>
  );
}
