/**
 * A resource with only what the table of elements lets through, before anything reads it; what is dropped and tells who
 * somebody is, is collected.
 * Invariant: an element that the table does not know is dropped and counted; no name of an unknown element is repeated.
 */
import { isObject, type JsonObject, listAt, objectAt, textAt } from "../json-access.ts";
import { type IdentifierKind, identifierText } from "../known-identifier.ts";
import type { Counter } from "../tally.ts";
import { type ElementRule, elementRules, KEPT_EXTENSIONS, partRules } from "./element-class.ts";

/** Takes what identifies somebody of the resource that is being read. */
export type OnIdentifier = (kind: IdentifierKind, value: string) => void;

export interface Screening {
  /** `class element`, e.g. `drop Patient.name`. */
  readonly elements: Counter;
  readonly identifier: OnIdentifier;
}

const ALWAYS = new Set(["resourceType"]);
const MAX_CONTAINED = 2;

/** @param type a type of R4 */
export function screenResource(resource: JsonObject, type: string, to: Screening, depth = 0): JsonObject {
  const rules = elementRules(type);
  const out: Record<string, unknown> = {};
  if (rules === null) {
    to.elements.add("unknown resource");
    return out;
  }
  const part = (value: JsonObject, path: string, into: Record<string, unknown>): void => {
    for (const [name, inner] of Object.entries(value)) {
      if (path === "" && ALWAYS.has(name)) {
        into[name] = inner;
        continue;
      }
      const full = path === "" ? name : `${path}.${name}`;
      const rule = rules.get(full);
      if (name.startsWith("_") || rule === undefined) {
        // The names of elements are the sender's: only those of R4 are repeated.
        to.elements.add(
          `unknown ${type}.${name.startsWith("_") && rules.has(full.replace(/_(?=[^.]*$)/, "")) ? full : "(not in R4)"}`,
        );
        harvestUnknown(inner, to.identifier);
        continue;
      }
      to.elements.add(`${COUNTED[rule.class]} ${type}.${full}`);
      const kept = screenValue(inner, rule, full);
      if (kept !== undefined) into[name] = kept;
    }
  };
  const screenValue = (value: unknown, rule: ElementRule, path: string): unknown => {
    if (Array.isArray(value)) {
      const list = value
        .map((entry) => screenValue(entry, rule, path))
        .filter((entry) => entry !== undefined);
      return list.length === 0 ? undefined : list;
    }
    if (rule.class === "drop") {
      harvest(value, rule.type, `${type}.${path}`, to.identifier);
      return undefined;
    }
    if (rule.type === "Resource") return contained(value);
    if (rule.type === "Extension") return extension(value, to);
    if (rule.type === "BackboneElement" || rule.type === "Element" || rule.type.startsWith("@")) {
      if (!isObject(value)) return undefined;
      const into: Record<string, unknown> = {};
      part(value, rule.type.startsWith("@") ? rule.type.slice(1) : path, into);
      return into;
    }
    if (`${type}.${path}` === "Patient.birthDate" && typeof value === "string")
      emit(to.identifier, "date", value);
    return screenTyped(value, rule.type, `${type}.${path}`, to);
  };
  const contained = (value: unknown): unknown => {
    const inner = textAt(value, "resourceType");
    if (!isObject(value) || inner === null || depth >= MAX_CONTAINED) return undefined;
    return screenResource(value, inner, to, depth + 1);
  };
  part(resource, "", out);
  return out;
}

const COUNTED = {
  keep: "keep",
  code: "keep",
  part: "keep",
  date: "transform",
  key: "transform",
  text: "transform",
  drop: "drop",
} as const;

/** A value of a type whose parts are classed; a plain value is kept. */
function screenTyped(value: unknown, type: string, path: string, to: Screening): unknown {
  const parts = partRules(type);
  if (parts === null) return isObject(value) ? undefined : value;
  if (Array.isArray(value))
    return value.map((entry) => screenTyped(entry, type, path, to)).filter((entry) => entry !== undefined);
  if (!isObject(value)) return undefined;
  const out: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(value)) {
    const rule = parts[name];
    if (rule === undefined) {
      to.elements.add(`unknown ${type}.(not in R4)`);
      harvestUnknown(inner, to.identifier);
    } else if (rule.class === "drop") {
      to.elements.add(`drop ${type}.${name}`);
      harvest(inner, rule.type, path, to.identifier);
    } else {
      if (type === "Identifier" && name === "value" && typeof inner === "string")
        emit(to.identifier, "number", inner);
      const kept = rule.type === "" ? plain(inner) : screenTyped(inner, rule.type, path, to);
      if (kept !== undefined) out[name] = kept;
    }
  }
  return out;
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((entry) => !isObject(entry) && !Array.isArray(entry));
  return isObject(value) ? undefined : value;
}

function extension(value: unknown, to: Screening): unknown {
  const url = textAt(value, "url");
  if (!isObject(value) || url === null || !KEPT_EXTENSIONS.has(url)) {
    to.elements.add("drop Extension (not listed)");
    if (isObject(value)) harvestExtension(value, to.identifier);
    return undefined;
  }
  const out: Record<string, unknown> = { url };
  if (value.valueCoding !== undefined) out.valueCoding = screenTyped(value.valueCoding, "Coding", "", to);
  if (typeof value.valueCode === "string") out.valueCode = value.valueCode;
  const inner = listAt(value, "extension")
    .map((entry) => extension(entry, to))
    .filter((entry) => entry !== undefined);
  if (inner.length > 0) out.extension = inner;
  return out;
}

/** Elements whose references name people, and those that name houses; others name results and orders. */
const PEOPLE =
  /(?:subject|patient|performer|individual|asserter|recorder|requester|author|practitioner|provider|actor|attender|member|informant|receiver|collector|verifier|attester|authenticator|enterer|source|operator|responsible|beneficiary|subscriber|payee|interpreter|consentingParty|owner|link|target)[^.]*$/i;
const PLACES =
  /(?:organization|location|facility|custodian|payor|insurer|origin|destination|hospital)[^.]*$/i;

/** What a dropped value tells of who somebody is, by its type. */
function harvest(value: unknown, type: string, path: string, on: OnIdentifier): void {
  if (Array.isArray(value)) {
    for (const entry of value) harvest(entry, type, path, on);
    return;
  }
  if (typeof value === "string") {
    if (type === "Display") {
      // serviceProvider is a house, provider a person.
      if (/serviceProvider$/.test(path)) emit(on, "address", value);
      else if (PEOPLE.test(path)) emit(on, "name", value);
      else if (PLACES.test(path)) emit(on, "address", value);
    } else if (
      /serial|lotNumber|deviceIdentifier|carrier|subscriberId|policyNumber|account|accession/i.test(path)
    )
      emit(on, "number", value);
    else if (/\.name$|alias|deviceName/i.test(path)) emit(on, "address", value);
    return;
  }
  if (!isObject(value)) return;
  if (type === "HumanName") harvestName(value, on);
  else if (type === "Address") harvestAddress(value, on);
  else if (type === "ContactPoint") harvestContact(value, on);
  else if (type === "Identifier") {
    const number = textAt(value, "value");
    if (number !== null) emit(on, "number", number);
  } else if (type === "Reference") {
    harvest(value.display, "Display", path, on);
  } else if (type === "Attachment") {
    for (const name of ["url", "title"]) {
      const text = textAt(value, name);
      if (text !== null) emit(on, "contact", text);
    }
  } else if (type !== "Narrative") for (const inner of Object.values(value)) harvestUnknown(inner, on);
}

function harvestName(name: JsonObject, on: OnIdentifier): void {
  const given = Array.isArray(name.given) ? name.given.filter((part) => typeof part === "string") : [];
  const family = textAt(name, "family");
  const whole = [...given, family].filter((part) => part !== null).join(" ");
  if (whole !== "") emit(on, "name", whole);
  const text = textAt(name, "text");
  if (text !== null && text !== whole) emit(on, "name", text);
}

function harvestAddress(address: JsonObject, on: OnIdentifier): void {
  const lines = Array.isArray(address.line) ? address.line : [];
  for (const line of lines) if (typeof line === "string") emit(on, "address", line);
  const [city, district, postal, text] = ["city", "district", "postalCode", "text"].map((name) =>
    textAt(address, name),
  );
  if (city !== null) emit(on, "place", city!);
  if (district !== null) emit(on, "place", district!);
  if (postal !== null) emit(on, "zip", postal!);
  if (text !== null) emit(on, "address", text!);
}

function harvestContact(contact: JsonObject, on: OnIdentifier): void {
  const value = textAt(contact, "value");
  if (value !== null) emit(on, /[a-z@/]/i.test(value) ? "contact" : "phone", value);
}

/** Extensions of the person: names and addresses by their type; a text by what its address calls it. */
function harvestExtension(value: JsonObject, on: OnIdentifier): void {
  const url = textAt(value, "url") ?? "";
  for (const [name, inner] of Object.entries(value)) {
    if (name === "valueHumanName" && isObject(inner)) harvestName(inner, on);
    else if (name === "valueAddress" && isObject(inner)) harvestAddress(inner, on);
    else if (name === "valueContactPoint" && isObject(inner)) harvestContact(inner, on);
    else if (name === "valueIdentifier") harvest(inner, "Identifier", url, on);
    else if (name === "valueString" && typeof inner === "string" && /name/i.test(url))
      emit(on, "name", inner);
    else if (name === "extension")
      for (const entry of listAt(value, "extension")) harvestExtension(entry, on);
    else if (name !== "url") harvestUnknown(inner, on);
  }
}

/** Of what nobody knows the meaning: numbers and addresses that are long enough to be nothing else. */
function harvestUnknown(value: unknown, on: OnIdentifier): void {
  if (Array.isArray(value)) for (const entry of value) harvestUnknown(entry, on);
  else if (isObject(value)) {
    if (objectAt(value, "name") !== null || Array.isArray(value.given)) harvestName(value, on);
    for (const inner of Object.values(value)) harvestUnknown(inner, on);
  } else if (typeof value === "string" && value.length <= 60) {
    if (/@|\d{3}[-. ]\d{4}/.test(value)) emit(on, "contact", value);
    else if (/\d{5}/.test(value) && /^[\w.-]+$/.test(value) && !/^\d{4}-\d\d/.test(value))
      emit(on, "number", value);
  }
}

function emit(on: OnIdentifier, kind: IdentifierKind, value: string): void {
  const text = identifierText(value);
  if (text !== null) on(kind, text);
}
