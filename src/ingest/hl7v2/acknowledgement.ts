/**
 * The answer to a message: original mode (AA, AE, AR), or enhanced mode where MSH-15 or MSH-16 ask for it (CA, CE, CR,
 * and the application's answer). Nothing of the message's content is repeated but its own header fields.
 */
import type { Hl7Message } from "./hl7-message.ts";
import type { MessageFault } from "./judge-message.ts";

interface Answer {
  readonly code: string;
  readonly fault: MessageFault | null;
}

/**
 * @param now `YYYYMMDDHHMMSS`
 * @param id control id of the answer
 * @returns the answers in order of sending; none where the sender wants none
 */
export function acknowledgements(
  message: Hl7Message | null,
  fault: MessageFault | null,
  now: string,
  id: string,
): string[] {
  return answersOf(message, fault).map((answer, i) =>
    answerText(message, answer, now, i === 0 ? id : `${id}.${i}`),
  );
}

function answersOf(message: Hl7Message | null, fault: MessageFault | null): Answer[] {
  const [accept, application] = [message?.header.text(15) ?? null, message?.header.text(16) ?? null];
  const code = fault?.answer ?? "AA";
  if (accept === null && application === null) return [{ code, fault }];
  const commit = code.replace(/^A/, "C");
  return [
    ...(wanted(accept ?? "NE", fault) ? [{ code: commit, fault }] : []),
    ...(wanted(application ?? "NE", fault) ? [{ code, fault }] : []),
  ];
}

/** HL7 table 0155: always, never, on error, on success. */
function wanted(condition: string, fault: MessageFault | null): boolean {
  if (condition === "AL") return true;
  return condition === (fault === null ? "SU" : "ER");
}

function answerText(message: Hl7Message | null, { code, fault }: Answer, now: string, id: string): string {
  const header = message?.header;
  const separator = header?.raw(1) ?? "|";
  const encoding = header?.raw(2) ?? "^~\\&";
  const component = encoding[0]!;
  const field = (n: number): string => header?.raw(n) ?? "";
  const event = header?.text(9, 2) ?? "";
  const type = ["ACK", ...(event === "" ? [] : [event, "ACK"])].join(component);
  const version = field(12) === "" ? "2.5" : field(12);
  const processing = field(11) === "" ? "P" : field(11);
  const line = (...fields: string[]): string => fields.join(separator).replace(/[\r\n]/g, " ");
  const msh = line(
    `MSH${separator}${encoding}`,
    field(5),
    field(6),
    field(3),
    field(4),
    now,
    "",
    type,
    id,
    processing,
    version,
  );
  const msa = line("MSA", code, field(10), ...(fault === null ? [] : [fault.definition.code]));
  if (fault === null) return `${msh}\r${msa}\r`;
  const condition = [fault.condition, fault.definition.code, "HL70357"].join(component);
  return `${msh}\r${msa}\r${line("ERR", "", "", condition, "E", "", "", "", fault.definition.code)}\r`;
}
