/**
 * Texts of FHIR resources: narratives (text.div), attachments of DocumentReference and DiagnosticReport, notes, comments,
 * conclusions and other elements of people's own words. Names, addresses and identifiers in elements of their own are not
 * text and stay: `longitude deidentify records` is for those.
 * Invariant: an attachment that is no text leaves without its data, because nobody has read it.
 */
import { decodeText } from "./decode-text.ts";
import type { OnNote } from "./found-note.ts";

/** Elements that hold people's own words, wherever they stand. */
const TEXT_ELEMENTS = new Set([
  "div",
  "text",
  "valueString",
  "valueMarkdown",
  "conclusion",
  "description",
  "comment",
  "contentString",
  "patientInstruction",
  "title",
  "note",
  "instruction",
  "instructions",
  "reasonText",
  "display",
  "detail",
  "summary",
]);

const REMOVED = "[attachment that is no text: taken out]";

export function rewriteFhir(value: unknown, place: string, onNote: OnNote): unknown {
  return rewritten(value, "", { place }, onNote);
}

function rewritten(
  value: unknown,
  name: string,
  at: { readonly place: string; readonly patient?: string },
  onNote: OnNote,
): unknown {
  if (Array.isArray(value)) return value.map((item) => rewritten(item, name, at, onNote));
  if (typeof value === "string")
    return TEXT_ELEMENTS.has(name) ? onNote(value, { ...at, place: `${at.place}, ${name}` }) : value;
  if (typeof value !== "object" || value === null) return value;
  const object = value as Record<string, unknown>;
  const patient = patientOf(object);
  const here = patient === undefined ? at : { ...at, patient };
  if (typeof object.contentType === "string" && typeof object.data === "string")
    return {
      ...(rewrittenParts({ ...object, data: undefined }, here, onNote) as object),
      ...attachment(object, here, onNote),
    };
  return rewrittenParts(object, here, onNote);
}

function rewrittenParts(
  object: Record<string, unknown>,
  at: { readonly place: string; readonly patient?: string },
  onNote: OnNote,
): unknown {
  return Object.fromEntries(
    Object.entries(object)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [key, rewritten(item, key, at, onNote)]),
  );
}

/** Size and hash of the attachment would be those of the text before: they go. */
function attachment(
  { contentType, data }: Record<string, unknown>,
  at: { readonly place: string; readonly patient?: string },
  onNote: OnNote,
): Record<string, unknown> {
  if (!/^(?:text\/(?!rtf)|application\/(?:xhtml\+xml|xml|json|hl7-v2))/i.test(contentType as string))
    return { data: undefined, title: REMOVED, size: undefined, hash: undefined };
  const { text } = decodeText(Buffer.from(data as string, "base64"));
  const note = onNote(text, { ...at, place: `${at.place}, attachment` });
  return { data: Buffer.from(note).toString("base64"), size: undefined, hash: undefined };
}

/** "Patient/123" of a resource's subject, or the resource itself. */
function patientOf(object: Record<string, unknown>): string | undefined {
  if (object.resourceType === "Patient" && typeof object.id === "string") return `Patient/${object.id}`;
  for (const element of [object.subject, object.patient]) {
    const reference = (element as { reference?: unknown } | undefined)?.reference;
    if (typeof reference === "string" && reference.includes("Patient")) return reference;
  }
  return undefined;
}
