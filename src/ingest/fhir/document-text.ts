/**
 * The text of reports and notes: conclusions and attachments (base64; plain, HTML or XML), as plain text.
 * Invariant: an attachment that cannot be turned into text is counted and its event kept without it.
 */
import { type JsonObject, listAt, objectAt, textAt } from "../json-access.ts";
import type { FhirContext } from "./fhir-context.ts";
import { plainTextOf } from "./html-text.ts";

/** Characters of one document that are kept; more is a file that was attached by mistake. */
const MAX_CHARACTERS = 400_000;

/** Null when there is none. */
export function documentText(resource: JsonObject, context: FhirContext): string | null {
  const attachments = [
    ...listAt(resource, "presentedForm"),
    ...listAt(resource, "content").map((content) => objectAt(content, "attachment")),
  ].filter((attachment) => attachment !== null);
  const texts = [textAt(resource, "conclusion"), ...readable(attachments, context)].filter(
    (text) => text !== null && text !== "",
  );
  if (texts.length === 0) return null;
  const whole = [...new Set(texts)].join("\n\n");
  if (whole.length <= MAX_CHARACTERS) return whole;
  context.notes.add(`text of a document cut at ${MAX_CHARACTERS} characters`);
  return whole.slice(0, MAX_CHARACTERS);
}

/** The same note is often attached twice, as plain text and as HTML: plain text is taken where there is some. */
function readable(attachments: readonly JsonObject[], context: FhirContext): (string | null)[] {
  const plain = attachments.filter((attachment) => typeOf(attachment) === "text/plain");
  const read = (list: readonly JsonObject[]): (string | null)[] =>
    list.map((one) => attachmentText(one, context));
  const texts = read(plain);
  return texts.some((text) => text !== null)
    ? texts
    : read(attachments.filter((one) => !plain.includes(one)));
}

function typeOf(attachment: JsonObject): string {
  return (textAt(attachment, "contentType") ?? "text/plain").toLowerCase().split(";")[0]!.trim();
}

function attachmentText(attachment: JsonObject, { notes }: FhirContext): string | null {
  const type = typeOf(attachment);
  const data = textAt(attachment, "data");
  if (data === null) {
    if (textAt(attachment, "url") !== null) notes.add("attachment that stands elsewhere, its text not read");
    return null;
  }
  const isMarkup =
    /^(text\/html|application\/xhtml\+xml|text\/xml|application\/xml|application\/hl7-v3\+xml)$/.test(type);
  if (!isMarkup && !type.startsWith("text/")) {
    notes.add("attachment that is no text (picture, PDF, …)");
    return null;
  }
  if (type === "text/rtf" || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(data.replace(/\s+/g, ""))) {
    notes.add("attachment that cannot be decoded");
    return null;
  }
  const bytes = Buffer.from(data, "base64");
  const charset = /charset=["']?([\w-]+)/i.exec(textAt(attachment, "contentType") ?? "")?.[1]?.toLowerCase();
  const latin = charset === "iso-8859-1" || charset === "windows-1252" || charset === "us-ascii";
  const text = bytes.toString(latin ? "latin1" : "utf8");
  return isMarkup ? plainTextOf(text) : text.trim();
}
