/** Approves a release, moves its stage, goes back from it or waives a gate: chosen, said why, signed in this browser with a person's own key, judged by the server. */
import { type FormEvent, useState } from "react";
import type { ReleaseAnswer } from "../../../../src/serving/workspace/release/release-answer.ts";
import type {
  GoingBack,
  SignedRollBack,
  SignedStatement,
  SigningAnswer,
} from "../../../../src/serving/workspace/release/release-routes.ts";
import english from "../../../languages/en/release.json";
import { Choice } from "../../controls/choice.tsx";
import { askServer, ServerRefusal } from "../../data/ask-server.ts";
import { useDraft } from "../../data/drafts.ts";
import { useAsked, useTell } from "../../data/queries.ts";
import { useCodes } from "../../language/codes.ts";
import { useTexts } from "../../language/texts.ts";
import { Empty, Failed, Loaded } from "../../states/states.tsx";
import { GoingBackEffect, goingBackPath, ROLL_BACK } from "./going-back.tsx";
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
  "back",
  "waive",
] as const;
type Act = (typeof ACTS)[number];
/** What is told of what does not move a stage. */
const DONE: Readonly<Partial<Record<Act, "doneApproved" | "doneWaived" | "doneBack">>> = {
  "approve.clinical": "doneApproved",
  "approve.technical": "doneApproved",
  back: "doneBack",
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

/** What is stated, but the key. */
interface Statement {
  readonly act: Act;
  readonly subject: string;
  readonly by: string;
  readonly unit: string;
  readonly waiver: WaiverChoice;
  readonly reason: string;
}

interface FormProps {
  readonly people: SigningAnswer["people"];
  readonly release: ReleaseAnswer;
}

function Form({ people, release: { releases, served, model, today } }: FormProps) {
  const t = useTexts("release", english);
  const code = useCodes();
  const { draft, keep, forget } = useDraft<Statement>("statement", {
    ...{ act: ACTS[0], subject: served, by: people[0]?.id ?? "", unit: "", reason: "" },
    waiver: {
      gate: today.tasks.flatMap(({ gates }) => gates).find(({ passed }) => !passed)?.gate ?? SILENT_EVIDENCE,
      outcome: "",
      until: "",
    },
  });
  const { act, subject, by, unit, waiver, reason } = draft;
  const choose = (part: Partial<Statement>) => keep({ ...draft, ...part });
  // Of the key, nothing is kept: not even which file it lies in.
  const [keyFile, setKeyFile] = useState<File | null>(null);
  const [told, setTold] = useState("");
  const [fault, setFault] = useState<ServerRefusal | null>(null);
  const [reviewed, setReviewed] = useState("");
  const tell = useTell<SignedStatement>("/workspace/release/statements", ["/workspace/"]);
  const tellBack = useTell<SignedRollBack>(ROLL_BACK, ["/workspace/"]);
  // What is reviewed is of one release: another choice is reviewed anew.
  const reviewing = act === "back" && reviewed === subject;
  const done = {
    release: subject,
    stage: code("stage", act),
    gate: waiver.gate,
    until: waiver.until,
  };

  const signOne = (said: Said, file: File) => {
    const about = { subject: act === "waive" ? model : subject, ...said };
    return signStatement(statementOf(act as Exclude<Act, "back">, unit.trim(), waiver, about), file);
  };
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setTold("");
    setFault(null);
    if (reason.trim() === "" || keyFile === null) {
      setTold(t(reason.trim() === "" ? "missingReason" : "missingKey"));
      return;
    }
    if (act === "back" && !reviewing) {
      setReviewed(subject);
      return;
    }
    try {
      const { now } = await askServer<SigningAnswer>(SIGNING);
      const said = { at: now, by, reason: reason.trim() };
      const signed = act === "back" ? await signBack(subject, said, keyFile) : await signOne(said, keyFile);
      if (typeof signed === "string") setTold(t(`fault.${signed satisfies SigningFault}`));
      else {
        await ("signed" in signed ? tellBack.mutateAsync(signed) : tell.mutateAsync(signed));
        forget({ ...draft, reason: "" });
        setReviewed("");
        setTold(`✓ ${t(DONE[act] ?? "doneStage", done)}`);
      }
    } catch (error) {
      if (!(error instanceof ServerRefusal)) throw error;
      setFault(error);
    }
  };
  return (
    <form className="stack" onSubmit={(event) => void send(event)}>
      <Choice
        {...{ id: "state-act", label: t("act"), value: act }}
        onChange={(value) => choose({ act: value as Act })}
        options={ACTS.map((one) => [one, t(`act.${one}`)] as const)}
      />
      {act === "waive" ? (
        <WaiverFields tasks={today.tasks} value={waiver} choose={(chosen) => choose({ waiver: chosen })} />
      ) : (
        <Choice
          {...{ id: "state-subject", label: t("release"), value: subject }}
          onChange={(chosen) => choose({ subject: chosen })}
          options={releases.map(
            ({ id, version, stage }) => [id, `${id}, ${version} (${code("stage", stage)})`] as const,
          )}
        />
      )}
      {DONE[act] === undefined && (
        <p className="field">
          <label htmlFor="state-unit">{t("unit")}</label>
          <input
            id="state-unit"
            value={unit}
            maxLength={100}
            autoComplete="off"
            onChange={({ target }) => choose({ unit: target.value })}
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
          onChange={({ target }) => choose({ reason: target.value })}
        />
      </p>
      <Choice
        {...{ id: "state-by", label: t("by"), value: by }}
        onChange={(chosen) => choose({ by: chosen })}
        options={people.map(({ id, name, roles }) => [id, `${name} (${roles.join(", ")})`] as const)}
      />
      <p className="field">
        <label htmlFor="state-key">{t("key")}</label>
        <input
          id="state-key"
          type="file"
          accept=".pem"
          onChange={({ target }) => setKeyFile(target.files?.[0] ?? null)}
        />
      </p>
      {reviewing && <GoingBackEffect release={subject} />}
      <p className="row">
        <button
          type="submit"
          className="button clinical primary"
          aria-disabled={tell.isPending || tellBack.isPending}
        >
          {t(act !== "back" ? "sign" : reviewing ? "signBack" : "reviewBack")}
        </button>
      </p>
      <p role="status">{told}</p>
      {fault !== null && <Failed error={fault} />}
    </form>
  );
}

interface Said {
  readonly at: string;
  readonly by: string;
  readonly reason: string;
}

/** Each statement that going back from a release asks for, signed. */
async function signBack(release: string, said: Said, keyFile: File): Promise<SignedRollBack | SigningFault> {
  const { statements } = await askServer<GoingBack>(goingBackPath(release));
  const signed: SignedRollBack["signed"] = [];
  for (const one of statements) {
    const made = await signStatement({ ...one, ...said }, keyFile);
    if (typeof made === "string") return made;
    signed.push(made);
  }
  return { signed };
}

function statementOf(
  act: Exclude<Act, "back">,
  unit: string,
  { gate, outcome, until }: WaiverChoice,
  about: Said & { readonly subject: string },
): SignedStatement["statement"] {
  if (act === "waive")
    return { kind: "waiver", ...about, gate, outcome: outcome === "" ? null : outcome, until };
  if (act === "approve.clinical" || act === "approve.technical")
    return { kind: "approval", ...about, role: act === "approve.clinical" ? "clinical" : "technical" };
  return { kind: "stage", ...about, to: act, outcome: null, unit: unit === "" ? null : unit };
}
