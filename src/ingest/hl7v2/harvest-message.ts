/**
 * Writes down what a message tells that identifies somebody (the patient, relatives, guarantors, clinicians, houses), and
 * counts every field by what becomes of it.
 */
import { type IdentifierKind, identifierText, type KnownIdentifier } from "../known-identifier.ts";
import type { Counter } from "../tally.ts";
import { HL7_ELEMENTS, type Hl7FieldClass } from "./elements.table.ts";
import type { Hl7Message, Hl7Segment } from "./hl7-message.ts";

export interface Harvest {
  readonly elements: Counter;
  readonly known: (identifier: KnownIdentifier) => void;
}

const READ: ReadonlySet<string> = new Set(["code", "date", "key", "text"]);
const tables = new Map<string, ReadonlyMap<number, Hl7FieldClass>>(
  Object.entries(HL7_ELEMENTS).map(([segment, fields]) => [
    segment,
    new Map(
      fields.split(" ").map((field) => [Number.parseInt(field, 10), field.split("=")[1] as Hl7FieldClass]),
    ),
  ]),
);

/** @param person as the timeline calls them; null where the message names nobody */
export function harvestMessage(message: Hl7Message, person: string | null, harvest: Harvest): void {
  for (const segment of message.segments) {
    const table = tables.get(segment.name);
    if (table === undefined) {
      harvest.elements.add("unknown segment");
      continue;
    }
    for (let field = 1; field <= segment.fieldCount; field++) {
      if (segment.raw(field) === "" || segment.isNulled(field)) continue;
      const given = table.get(field);
      const counted =
        given === "keep" ? "keep" : given !== undefined && READ.has(given) ? "transform" : "drop";
      harvest.elements.add(`${counted} ${segment.name}-${field}`);
      if (given !== undefined && counted === "drop") harvestField(segment, field, given, person, harvest);
    }
  }
}

function harvestField(
  segment: Hl7Segment,
  field: number,
  given: Hl7FieldClass,
  person: string | null,
  { known }: Harvest,
): void {
  const put = (kind: IdentifierKind, value: string | null, whose = person): void => {
    const text = value === null ? null : identifierText(value);
    if (text !== null) known({ person: whose, kind, value: text });
  };
  for (let repetition = 1; repetition <= segment.repetitions(field); repetition++) {
    const part = (component: number): string | null => segment.text(field, component, repetition);
    const joined = (...components: number[]): string | null => {
      const parts = components.map(part).filter((text) => text !== null);
      return parts.length === 0 ? null : parts.join(" ");
    };
    switch (given) {
      case "name":
        put("name", joined(2, 3, 1));
        break;
      case "clinician":
        // Extended composite: number, family name, given name, further names.
        put("name", joined(3, 4, 2), null);
        put("number", part(1), null);
        break;
      case "number":
        put("number", part(1));
        break;
      case "birth":
        put("date", dayOf(part(1)));
        break;
      case "address":
        put("address", joined(1, 2));
        put("place", part(3));
        put("zip", part(5));
        break;
      case "place":
        put("place", part(1));
        break;
      case "phone":
        put("phone", part(1) ?? joined(6, 7));
        put("contact", part(4));
        put("phone", part(12));
        break;
      case "house":
        put("place", part(1), null);
        break;
      default:
    }
  }
}

/** `19520314…` as 1952-03-14; null where the day is not told. */
function dayOf(text: string | null): string | null {
  const found = text === null ? null : /^(\d{4})(\d\d)(\d\d)/.exec(text);
  return found === null ? null : `${found[1]}-${found[2]}-${found[3]}`;
}
