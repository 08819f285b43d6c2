/** The value of an OBX by its type (OBX-2): a number, a coded answer, or text. */
import { hl7Code } from "./hl7-code.ts";
import type { Hl7Segment } from "./hl7-message.ts";

export interface ObxValue {
  readonly number: number | null;
  readonly answer: { readonly code: string; readonly display: string | null } | null;
  readonly text: string | null;
  /** `<` and the like stood before the number. */
  readonly compared: boolean;
}

const NONE: ObxValue = { number: null, answer: null, text: null, compared: false };
const NUMBER = /^([<>]=?)?\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)$/;

/** Null when the field has no value; `attachment` for documents and images, which are not read. */
export function obxValue(obx: Hl7Segment): ObxValue | null | "attachment" {
  const type = obx.text(2)?.toUpperCase() ?? "ST";
  if (type === "ED" || type === "RP") return "attachment";
  if (obx.raw(5) === "" || obx.isNulled(5)) return null;
  if (type === "CE" || type === "CWE" || type === "CNE" || type === "CF" || type === "ID" || type === "IS") {
    const answer = type === "ID" || type === "IS" ? null : hl7Code(obx, 5);
    return { ...NONE, answer, text: answer === null ? (obx.text(5, 2) ?? obx.text(5)) : null };
  }
  if (type === "SN") return structured(obx);
  if (type === "NM" || obx.text(6) !== null) {
    const match = NUMBER.exec(obx.text(5) ?? "");
    if (match !== null) return { ...NONE, number: Number(match[2]), compared: match[1] !== undefined };
  }
  return { ...NONE, text: obx.lines(5) };
}

/** Comparator, number, separator, number: `<^5`; a ratio or a range (`^1^:^128`) is kept as text. */
function structured(obx: Hl7Segment): ObxValue {
  const [comparator, first, separator, second] = [1, 2, 3, 4].map((part) => obx.text(5, part));
  const number = Number(first);
  if (first != null && second == null && Number.isFinite(number)) {
    return { ...NONE, number, compared: comparator != null && comparator !== "=" };
  }
  return { ...NONE, text: [comparator, first, separator, second].filter((part) => part != null).join("") };
}
