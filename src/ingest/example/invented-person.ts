/**
 * Names, addresses, telephone numbers and record numbers for the example's persons: all of it invented and seeded,
 * so that the export has what a hospital's export has and privacy has something to remove.
 */
import { createRandom } from "../../effects/random.ts";

export interface InventedPerson {
  readonly family: string;
  readonly given: string;
  readonly street: string;
  readonly city: string;
  readonly postalCode: string;
  readonly telephone: string;
  readonly email: string;
  readonly recordNumber: string;
}

const FAMILY = (
  "Abbott Ahlgren Amsel Baird Becker Bjork Brandt Calloway Carver Dahl Delgado Drexler Eklund Ellery Farrow Fenske " +
  "Gallo Gerber Halvorsen Hartwig Hollis Ibsen Iverson Jansson Kettler Kowalski Lindgren Lowell Marlow Meissner " +
  "Nakata Norling Okafor Olander Pfeiffer Quill Rasmus Reyes Sandoval Schaefer Thorsen Tran Ulrich Vang Voss " +
  "Weller Winther Yates Yang Zeller"
).split(" ");
const GIVEN = {
  F: "Ada Agnes Beth Carla Clara Dora Edith Elsa Fern Greta Hazel Ida Iris June Karin Lena Lois Mabel Nora Olga Petra Rosa Ruth Sigrid Tess Una Vera Wilma".split(
    " ",
  ),
  M: "Abel Anders Basil Carl Conrad Dale Edgar Emil Felix Gus Hans Ivan Jens Karl Lars Leon Magnus Ned Olaf Otto Paul Quentin Ralph Rolf Sven Theo Urban Victor".split(
    " ",
  ),
} as const;
const STREETS =
  "Aspen Birch Cedar Dogwood Elm Fir Hawthorn Juniper Larch Maple Oak Pine Spruce Walnut Willow".split(" ");
const KINDS = ["Street", "Avenue", "Lane", "Road", "Court"];
const CITIES =
  "Alder Falls,Birchwood,Cedar Bend,Elk Prairie,Fox Hollow,Granite Lake,Heron Bay,Millbrook".split(",");

/** @param recordNumber position of the person, so that record numbers are unique */
export function inventPerson(id: string, sex: "M" | "F", recordNumber: number): InventedPerson {
  const random = createRandom(`olmsted/person/${id}`);
  const pick = <T>(items: readonly T[]): T => items[random.integer(items.length)]!;
  const family = pick(FAMILY);
  const given = pick(GIVEN[sex]);
  return {
    family,
    given,
    street: `${1 + random.integer(9800)} ${pick(STREETS)} ${pick(KINDS)}`,
    city: pick(CITIES),
    postalCode: `559${String(random.integer(100)).padStart(2, "0")}`,
    telephone: `507-555-${String(random.integer(10_000)).padStart(4, "0")}`,
    email: `${given}.${family}${1 + random.integer(999)}@mail.example`.toLowerCase(),
    recordNumber: String(4_000_000 + recordNumber * 7 + random.integer(7)),
  };
}
