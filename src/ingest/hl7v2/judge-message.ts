/** Whether a message is taken: what it says of itself, before anything is made of its content. */
import { createHash } from "node:crypto";
import {
  type ErrorDefinition,
  HL7_CHARACTER_SET,
  HL7_FIELD_MISSING,
  HL7_MALFORMED,
  HL7_TYPE,
  HL7_VERSION,
} from "../../errors/registry.ts";
import { Hl7Message } from "./hl7-message.ts";
import { hl7Text } from "./hl7-text.ts";

/** ORM is the order of versions before 2.4, which did not know OML; later senders use it still. */
export const HL7_TYPES: ReadonlySet<string> = new Set("ADT ORU OML ORM RDE RAS VXU MDM".split(" "));
const VERSIONS = /^2\.([3-8])(\.[0-9])?$/;

export interface MessageFault {
  readonly definition: ErrorDefinition;
  /** AE: the content is wrong. AR: it is not for us as it stands. */
  readonly answer: "AE" | "AR";
  /** HL7 table 0357, message error condition codes. */
  readonly condition: string;
}

export interface JudgedMessage {
  /** Null when not even the header can be read. */
  readonly message: Hl7Message | null;
  readonly fault: MessageFault | null;
  /** The bytes were not of the character set that the message names. */
  readonly mended: boolean;
}

const ADT_WITHOUT_PATIENT = /^(A20|A24|A37)$/;

export function judgeMessage(bytes: Buffer): JudgedMessage {
  const decoded = hl7Text(bytes);
  const message = Hl7Message.parse(decoded?.text ?? bytes.toString("latin1"));
  const mended = decoded?.mended ?? false;
  const judged = (fault: MessageFault | null): JudgedMessage => ({ message, fault, mended });
  if (message === null) return judged(fault(HL7_MALFORMED, "AR", "100"));
  if (decoded === null) return judged(fault(HL7_CHARACTER_SET, "AR", "102"));
  const { header } = message;
  if (header.text(10) === null) return judged(fault(HL7_FIELD_MISSING, "AE", "101"));
  if (!VERSIONS.test(header.text(12) ?? "")) return judged(fault(HL7_VERSION, "AR", "203"));
  const { message: type, event } = message.type;
  if (!HL7_TYPES.has(type)) return judged(fault(HL7_TYPE, "AR", "200"));
  const withoutPatient = type === "ADT" && ADT_WITHOUT_PATIENT.test(event);
  if (!withoutPatient && message.first("PID")?.text(3) == null) {
    return judged(fault(HL7_FIELD_MISSING, "AE", "101"));
  }
  return judged(null);
}

function fault(definition: ErrorDefinition, answer: "AE" | "AR", condition: string): MessageFault {
  return { definition, answer, condition };
}

/** What tells that a message has come before: who sent it under which control id, and what it says below its header. */
export interface MessageIdentity {
  readonly key: string;
  readonly content: string;
}

export function identityOf(message: Hl7Message, bytes: Buffer): MessageIdentity {
  const { header } = message;
  const headerEnd = bytes.findIndex((byte) => byte === 0x0d || byte === 0x0a);
  return {
    key: digest([header.raw(3), header.raw(4), header.raw(10)].join("\0")),
    content: digest(bytes.subarray(headerEnd < 0 ? bytes.length : headerEnd)),
  };
}

function digest(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex").slice(0, 24);
}
