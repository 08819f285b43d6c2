/** Everything of one answer that would not come out the same twice: what the tools found and what a model wrote. */
import type { Answer, Language, Register, ToolRun } from "../answer.ts";
import type { Gathered } from "../tools/tools.ts";

export const RECORDING_SCHEMA = "longitude.assistant-recording/1";

export interface Recording {
  readonly schema: typeof RECORDING_SCHEMA;
  readonly question: string;
  readonly register: Register;
  readonly language: Language;
  readonly urgent: Answer["urgent"];
  readonly findings: readonly Gathered[];
  readonly runs: readonly ToolRun[];
  readonly draft: { readonly model: string; readonly text: string } | null;
}
