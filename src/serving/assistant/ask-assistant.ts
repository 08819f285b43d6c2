/** Asks the assistant for somebody: one answer, kept with what it was made from and in the audit log before it is read. */
import type { Register } from "../../assistant/answer.ts";
import { recordQuestion, type ToolName } from "../../assistant/answer-question.ts";
import { type Asker, type KeptAnswer, keepAnswer } from "../../assistant/conversations/answer-keeper.ts";
import type { Principal } from "../access/principal.ts";
import { keyOfPatient } from "../answers/ask-record.ts";
import { patientOf, recordOf, type SentRecord } from "../answers/forecast-request.ts";
import { instantOf } from "../records/timeline-input.ts";
import type { ServerContext } from "../server-context.ts";
import { type AskedPerson, servedTools } from "./served-tools.ts";

export interface AssistantQuestion {
  readonly question: string;
  readonly register: Register;
  readonly door: Asker["door"];
  readonly person: AskedPerson | null;
  readonly only?: ToolName | undefined;
}

/** @throws LongitudeError QUESTION_INVALID */
export async function askAssistant(
  context: ServerContext,
  principal: Principal,
  { question, register, door, person, only }: AssistantQuestion,
): Promise<KeptAnswer> {
  const { tenant, client } = principal;
  const tools = await servedTools(context, principal, person);
  const recording = await recordQuestion(question, { register, language: "en", only }, tools);
  const patientKey = person === null ? null : keyOfPatient(context.secret, tenant, person.patient);
  return keepAnswer(
    context.state,
    recording,
    { tenant, actor: client, door, patientKey },
    context.effects.now(),
  );
}

/** @throws LongitudeError RECORD_UNUSABLE */
export function personOf(context: ServerContext, sent: SentRecord): AskedPerson {
  return {
    record: recordOf(context, sent),
    patient: patientOf(sent),
    at: instantOf(sent.at),
    unit: sent.unit,
  };
}
