/** Slots that become numbers and addresses on the net. */
import type { Random } from "../../src/effects/random.ts";
import { between, digits, oneOf, shaped } from "./draw.ts";
import { surname } from "./draw-names.ts";
import * as places from "./draw-places.ts";
import type { Piece } from "./piece.ts";

export function numberSlot(slot: string, random: Random, record: string): Piece[] | null {
  const shapedAs = (shapes: string, kind: string): Piece[] => [
    { text: shaped(random, oneOf(random, places.SHAPES[shapes]!)), kind },
  ];
  switch (slot) {
    case "ph":
      return [{ text: places.phone(random), kind: "phone" }];
    case "ukph":
      return [{ text: places.ukPhone(random), kind: "phone" }];
    case "pager":
      return [{ text: places.pager(random), kind: "phone" }];
    case "bleep":
    case "ext":
      return shapedAs(slot, "phone");
    case "email":
      return [{ text: places.emailAddress(random), kind: "email" }];
    case "url":
      return [
        {
          text: `https://portal.${surname(random).toLowerCase().replace(/\W/g, "")}health.org/r/${digits(random, 4)}`,
          kind: "url",
        },
      ];
    case "ip":
      return [{ text: [0, 0, 0, 0].map(() => between(random, 1, 254)).join("."), kind: "ip" }];
    case "mrn":
      return [{ text: record, kind: "mrn" }];
    case "mbi":
      return [{ text: places.mbi(random), kind: "insurance" }];
    case "dl#":
      return shapedAs("dl", "licence");
    case "pol":
      return shapedAs("pol", "insurance");
    case "plate":
    case "vin":
      return shapedAs(slot, "vehicle");
    case "dev":
      return shapedAs("dev", "device");
    case "npi":
    case "dea":
    case "gmc":
      return shapedAs(slot, "licence");
    case "nhs":
      return shapedAs("nhs", "insurance");
    case "ssn":
    case "acct":
    case "acc":
    case "idn":
      return shapedAs(slot, { ssn: "ssn", acct: "account", acc: "id", idn: "id" }[slot]);
    default:
      return null;
  }
}
