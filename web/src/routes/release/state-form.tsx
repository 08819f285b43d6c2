/** Approves a release, moves its stage or waives a gate: chosen, said why, signed in this browser with a person's own key, judged by the server. */
import { type FormEvent, useState } from "react";
import type { ReleaseAnswer } from "../../../../src/serving/workspace/release/release-answer.ts";
import type {
  SignedStatement,
  SigningAnswer,
} from "../../../../src/serving/workspace/release/release-routes.ts";
import english from "../../../languages/en/release.json";
import { askServer, ServerRefusal } from "../../data/ask-server.ts";
import { useAsked, useTell } from "../../data/queries.ts";
import { useTexts } from "../../language/texts.ts";
import { Empty, Failed, Loaded } from "../../states/states.tsx";
import { Choice } from "./choice.tsx";
import { type SigningFault, signStatement } from "./sign-in-browser.ts";
import { SILENT_EVIDENCE, type WaiverChoice, WaiverFields } from "./waiver-fields.tsx";

const SIGNING = "/workspace/release/signing";
const ACTS = [
  "approve.clinical",
  "approve.technical",
  "silent",
  "pilot",
  "live",
  "stopped",
  "waive",
] as const;
type Act = (typeof ACTS)[number];
/** What is told of what does not move a stage. */
const DONE: Readonly<Partial<Record<Act, "doneApproved" | "doneWaived">>> = {
  "approve.clinical": "doneApproved",
  "approve.technical": "doneApproved",
  waive: "doneWaived",
};

export function StateForm({ release }: { readonly release: ReleaseAnswer }) {
  const t = useTexts("release", english);
  const query = useAsked<SigningAnswer>(SIGNING);
  return (
    <section className="panel stack" aria-labelledby="state">
      <h2 id="state">{t("state")}</h2>
      <p>{t("stateWhy")}</p>
      <Loaded query={query}>
        {({ people }) =>
          people.length === 0 ? (
            <Empty title={t("nobody")}>
              <p>{t("nobodyWhy")}</p>
            </Empty>
          ) : (
            <Form people={people} release={release} />
          )
        }
      </Loaded>
    </section>
  );
}

interface FormProps {
  readonly people: SigningAnswer["people"];
  readonly release: ReleaseAnswer;
}

function Form({ people, release: { releases, served, model, today } }: FormProps) {
  const t = useTexts("release", english);
  const [act, setAct] = useState<Act>(ACTS[0]);
  const [subject, setSubject] = useState(served);
  const [by, setBy] = useState(people[0]?.id ?? "");
  const [unit, setUnit] = useState("");
  const [waiver, setWaiver] = useState<WaiverChoice>({
    gate: today.tasks.flatMap(({ gates }) => gates).find(({ passed }) => !passed)?.gate ?? SILENT_EVIDENCE,
    outcome: "",
    until: "",
  });
  const [reason, setReason] = useState("");
  const [keyFile, setKeyFile] = useState<File | null>(null);
  const [told, setTold] = useState("");
  const [fault, setFault] = useState<ServerRefusal | null>(null);
  const tell = useTell<SignedStatement>("/workspace/release/statements", ["/workspace/"]);
  const done = {
    release: subject,
    stage: act,
    gate: waiver.gate,
    until: waiver.until,
  };

  const send = async (event: FormEvent) => {
    event.preventDefault();
    setTold("");
    setFault(null);
    if (reason.trim() === "" || keyFile === null) {
      setTold(t(reason.trim() === "" ? "missingReason" : "missingKey"));
      return;
    }
    try {
      const { now } = await askServer<SigningAnswer>(SIGNING);
      const about = { subject: act === "waive" ? model : subject, at: now, by, reason: reason.trim() };
      const signed = await signStatement(statementOf(act, unit.trim(), waiver, about), keyFile);
      if (typeof signed === "string") setTold(t(`fault.${signed satisfies SigningFault}`));
      else {
        await tell.mutateAsync(signed);
        setReason("");
        setTold(`✓ ${t(DONE[act] ?? "doneStage", done)}`);
      }
    } catch (error) {
      if (!(error instanceof ServerRefusal)) throw error;
      setFault(error);
    }
  };
  return (
    <form className="stack" onSubmit={(event) => void send(event)}>
      <Choice id="act" label={t("act")} value={act} choose={(value) => setAct(value as Act)}>
        {ACTS.map((one) => [one, t(`act.${one}`)] as const)}
      </Choice>
      {act === "waive" ? (
        <WaiverFields tasks={today.tasks} value={waiver} choose={setWaiver} />
      ) : (
        <Choice id="subject" label={t("release")} value={subject} choose={setSubject}>
          {releases.map(({ id, version, stage }) => [id, `${id}, ${version} (${stage})`] as const)}
        </Choice>
      )}
      {DONE[act] === undefined && (
        <p className="field">
          <label htmlFor="state-unit">{t("unit")}</label>
          <input
            id="state-unit"
            value={unit}
            maxLength={100}
            autoComplete="off"
            onChange={({ target }) => setUnit(target.value)}
          />
        </p>
      )}
      <p className="field">
        <label htmlFor="state-reason">{t("reason")}</label>
        <input
          id="state-reason"
          value={reason}
          maxLength={200}
          autoComplete="off"
          onChange={({ target }) => setReason(target.value)}
        />
      </p>
      <Choice id="by" label={t("by")} value={by} choose={setBy}>
        {people.map(({ id, name, roles }) => [id, `${name} (${roles.join(", ")})`] as const)}
      </Choice>
      <p className="field">
        <label htmlFor="state-key">{t("key")}</label>
        <input
          id="state-key"
          type="file"
          accept=".pem"
          onChange={({ target }) => setKeyFile(target.files?.[0] ?? null)}
        />
      </p>
      <p className="row">
        <button type="submit" className="button clinical primary" aria-disabled={tell.isPending}>
          {t("sign")}
        </button>
      </p>
      <p role="status">{told}</p>
      {fault !== null && <Failed error={fault} />}
    </form>
  );
}

interface About {
  readonly subject: string;
  readonly at: string;
  readonly by: string;
  readonly reason: string;
}

function statementOf(
  act: Act,
  unit: string,
  { gate, outcome, until }: WaiverChoice,
  about: About,
): SignedStatement["statement"] {
  if (act === "waive")
    return { kind: "waiver", ...about, gate, outcome: outcome === "" ? null : outcome, until };
  if (act === "approve.clinical" || act === "approve.technical")
    return { kind: "approval", ...about, role: act === "approve.clinical" ? "clinical" : "technical" };
  return { kind: "stage", ...about, to: act, outcome: null, unit: unit === "" ? null : unit };
}
