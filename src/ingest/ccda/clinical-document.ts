/**
 * The bytes of a document become a tree of objects (by @medplum/ccda) and the text of its sections. What is hostile or
 * not a ClinicalDocument is told, never thrown.
 */
import type { ErrorDefinition } from "../../errors/registry.ts";
import { CCDA_HOSTILE, CCDA_MALFORMED } from "../../errors/registry.ts";
import { plainTextOf } from "../fhir/html-text.ts";
import { isObject, type JsonObject, listAt, objectAt } from "../json-access.ts";
import { faultOfXml } from "./check-xml.ts";

export interface CdaSection {
  /** The section as the library has it: `code`, `entry`, … */
  readonly section: JsonObject;
  /** Its narrative as plain text; null = none. */
  readonly text: string | null;
}

export interface ClinicalDocument {
  readonly root: JsonObject;
  readonly sections: readonly CdaSection[];
}

type Parse = (xml: string) => unknown;

/** The library is loaded when the first document comes: it brings half a megabyte along. */
export async function documentParser(): Promise<Parse> {
  const { convertXmlToCcda } = await import("@medplum/ccda");
  return convertXmlToCcda;
}

export function parseDocument(bytes: Buffer, parse: Parse): ClinicalDocument | ErrorDefinition {
  const written = decoded(bytes);
  if (written === null) return CCDA_MALFORMED;
  const fault = faultOfXml(written);
  if (fault !== null) return fault === "hostile" ? CCDA_HOSTILE : CCDA_MALFORMED;
  const xml = withNumericReferences(withoutPrefix(written));
  let root: unknown;
  try {
    root = parse(xml);
  } catch {
    return CCDA_MALFORMED;
  }
  if (!isObject(root)) return CCDA_MALFORMED;
  const texts = narratives(xml);
  const sections = sectionsOf(root).map((section, i) => ({ section, text: texts[i] ?? null }));
  return { root, sections };
}

/** UTF-8 or UTF-16 by its mark, else by the XML declaration. */
function decoded(bytes: Buffer): string | null {
  const head = bytes.subarray(0, 200).toString("latin1");
  const told = /^\s*<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)["']/.exec(head)?.[1];
  const mark =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? "utf-16le"
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? "utf-16be"
        : null;
  try {
    return new TextDecoder(mark ?? told ?? "utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** `<cda:section>` becomes `<section>` where the prefix stands for HL7 v3. */
function withoutPrefix(xml: string): string {
  const prefix = /xmlns:([A-Za-z_][\w.-]*)\s*=\s*["']urn:hl7-org:v3["']/.exec(xml)?.[1];
  if (prefix === undefined || !xml.includes(`<${prefix}:ClinicalDocument`)) return xml;
  return xml.replaceAll(`<${prefix}:`, "<").replaceAll(`</${prefix}:`, "</");
}

/** The library leaves `&#181;` as it is. Marks that mean something in XML stay references. */
function withNumericReferences(xml: string): string {
  return xml.replace(/&#(x[0-9a-fA-F]{1,6}|\d{1,7});/g, (whole, number: string) => {
    const point = Number(number.startsWith("x") ? `0${number}` : number);
    return point < 128 || point > 0x10ffff ? whole : String.fromCodePoint(point);
  });
}

/** Sections in the order of the document, those within others after them. */
function sectionsOf(root: JsonObject): JsonObject[] {
  const found: JsonObject[] = [];
  const visit = (container: JsonObject | null): void => {
    for (const component of listAt(container, "component")) {
      for (const section of listAt(component, "section")) {
        found.push(section);
        visit(section);
      }
    }
  };
  visit(
    objectAt(objectAt(root, "component"), "structuredBody") ??
      objectAt(listAt(root, "component")[0], "structuredBody"),
  );
  return found;
}

/** The text of each section: it stands before the section's first entry and first inner section. */
function narratives(xml: string): (string | null)[] {
  const starts = [...xml.matchAll(/<section[\s>]/g)].map(({ index }) => index);
  return starts.map((start, i) => {
    const piece = xml.slice(start, starts[i + 1] ?? xml.length);
    const entry = /<entry[\s>]/.exec(piece)?.index ?? piece.length;
    const text = /<text(?:\s[^>]*)?>/.exec(piece.slice(0, entry));
    if (text === null || text[0].endsWith("/>")) return null;
    const end = piece.indexOf("</text>", text.index);
    const plain = plainTextOf(piece.slice(text.index + text[0].length, end < 0 ? entry : end));
    return plain === "" ? null : plain;
  });
}
