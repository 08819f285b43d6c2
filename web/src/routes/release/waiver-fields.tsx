/** Which gate is waived, for which outcome, and until when: those that the served release fails, and the one for silent evidence. */
import type { ReleaseAnswer } from "../../../../src/serving/workspace/release/release-answer.ts";
import english from "../../../languages/en/release.json";
import { Choice } from "../../controls/choice.tsx";
import { useTexts } from "../../language/texts.ts";

export interface WaiverChoice {
  readonly gate: string;
  /** Empty: every outcome. */
  readonly outcome: string;
  readonly until: string;
}

/** As `longitude waive` calls it. */
export const SILENT_EVIDENCE = "silent-evidence";

interface WaiverFieldsProps {
  readonly tasks: ReleaseAnswer["today"]["tasks"];
  readonly value: WaiverChoice;
  choose(value: WaiverChoice): void;
}

export function WaiverFields({ tasks, value, choose }: WaiverFieldsProps) {
  const t = useTexts("release", english);
  const failing = tasks.flatMap(({ gates, outcome, title }) =>
    gates
      .filter(({ passed }) => !passed)
      .map((gate) => ({ gate: gate.gate, name: gate.title, outcome, title })),
  );
  const gates = [...new Map(failing.map(({ gate, name }) => [gate, name]))];
  const of = value.gate === SILENT_EVIDENCE ? tasks : failing.filter(({ gate }) => gate === value.gate);
  return (
    <>
      <Choice
        id="state-gate"
        label={t("waiveGate")}
        value={value.gate}
        onChange={(gate) => choose({ ...value, gate, outcome: "" })}
        options={[...gates, [SILENT_EVIDENCE, t("silentEvidence")] as const]}
      />
      <Choice
        id="state-outcome"
        label={t("waiveOutcome")}
        value={value.outcome}
        onChange={(outcome) => choose({ ...value, outcome })}
        options={[
          ["", t("everyOutcome")] as const,
          ...new Map(of.map(({ outcome, title }) => [outcome, title])),
        ]}
      />
      <p className="field">
        <label htmlFor="state-until">{t("waiveUntil")}</label>
        <input
          id="state-until"
          type="date"
          required
          value={value.until}
          onChange={({ target }) => choose({ ...value, until: target.value })}
        />
      </p>
    </>
  );
}
