/** What each slot of a style (`<Pm>`, `<hosp>`) becomes in one note: text with the parts that identify marked. */
import type { Random } from "../../src/effects/random.ts";
import { CLINICAL_ABBREVIATIONS, CLINICAL_BRANDS } from "../../src/privacy/text/clinical-words.table.ts";
import { EPONYM_NOUNS, HARD_EPONYMS, SOFT_EPONYMS } from "../../src/privacy/text/detectors/eponyms.table.ts";
import * as clinical from "./clinical.table.ts";
import { between, chance, letters, oneOf, shaped, titled } from "./draw.ts";
import {
  clock,
  type DateHabits,
  dateHabits,
  dayOfMonth,
  fullDate,
  holiday,
  longDate,
  monthDate,
  shortDate,
  spokenYear,
  weekday,
} from "./draw-dates.ts";
import { givenName, misspelt, type Sex, surname, town } from "./draw-names.ts";
import * as places from "./draw-places.ts";
import type { Piece } from "./piece.ts";
import { numberSlot } from "./slot-numbers.ts";

interface Person {
  readonly sex: Sex;
  readonly first: string;
  readonly middle: string;
  readonly last: string;
}

const abbreviations = [...CLINICAL_ABBREVIATIONS];
const brands = [...CLINICAL_BRANDS];
const hardEponyms = [...HARD_EPONYMS];
const eponyms = [...HARD_EPONYMS, ...SOFT_EPONYMS];
const nouns = [...EPONYM_NOUNS].slice(0, 60);

function clinicalWords(random: Random, words: readonly string[], count: number): string {
  const drawn = Array.from({ length: count }, () => oneOf(random, words));
  const text = drawn.join(oneOf(random, [" ", ", ", "/", ". ", " "]));
  return oneOf(random, [text, text.toUpperCase(), text, text[0]!.toUpperCase() + text.slice(1)]);
}

const plain = (text: string): Piece[] => [{ text, kind: null }];
const name = (text: string): Piece[] => [{ text, kind: "name" }];
const where = (text: string): Piece[] => [{ text, kind: "location" }];
const organization = (text: string): Piece[] =>
  text.startsWith("the ")
    ? [...plain("the "), { text: text.slice(4), kind: "organization" }]
    : [{ text, kind: "organization" }];
const date = (text: string): Piece[] => [{ text, kind: "date" }];

export class Cast {
  private readonly patient: Person;
  private readonly staff: Person[] = [];
  private readonly kin = new Map<string, Person>();
  private readonly institutions: string[];
  private readonly habits: DateHabits;
  private readonly home: string;
  private readonly record: string;

  constructor(
    private readonly random: Random,
    british: boolean,
  ) {
    this.patient = this.person();
    for (let i = 0; i < 5; i++) this.staff.push(this.person());
    this.institutions = [places.hospital(random), places.hospital(random)];
    this.habits = dateHabits(random, british || chance(random, 0.06));
    this.home = town(random);
    this.record = shaped(random, oneOf(random, places.RECORD_SHAPES));
  }

  private person(sex: Sex = oneOf(this.random, ["male", "female"] as const)): Person {
    const { random } = this;
    return {
      sex,
      first: givenName(random, sex),
      middle: chance(random, 0.7) ? `${letters(random, 1)}.` : givenName(random, sex),
      last: surname(random),
    };
  }

  private clinician(): Person {
    return chance(this.random, 0.75) ? oneOf(this.random, this.staff) : this.person();
  }

  private relative(): { person: Person; word: string } {
    const { random } = this;
    const sex = oneOf(random, ["male", "female"] as const);
    const word = oneOf(random, clinical.RELATIVES_DRAWN[sex]);
    let person = this.kin.get(word);
    if (person === undefined) {
      const drawn = this.person(sex);
      person = chance(random, 0.6) ? { ...drawn, last: this.patient.last } : drawn;
      this.kin.set(word, person);
    }
    return { person, word };
  }

  private kinNow: { person: Person; word: string } | undefined;

  private full(person: Person, credentials: boolean): Piece[] {
    const { random } = this;
    const first = chance(random, 0.04) ? misspelt(random, person.first) : person.first;
    const form = oneOf(random, [
      `${first} ${person.last}`,
      `${first} ${person.last}`,
      `${first} ${person.middle} ${person.last}`,
      `${first[0]}. ${person.last}`,
    ]);
    return credentials
      ? [...name(form), ...plain(`, ${oneOf(random, clinical.CREDENTIALS_DRAWN)}`)]
      : name(form);
  }

  private reversed(person: Person): Piece[] {
    const { random } = this;
    const [first, last] = chance(random, 0.5)
      ? [person.first, person.last]
      : [person.first.toUpperCase(), person.last.toUpperCase()];
    return name(
      oneOf(random, [
        `${last}, ${first}`,
        `${last}, ${first} ${person.middle[0]}`,
        `${last},${first}`,
        `${last}, ${first} ${person.middle}`,
      ]),
    );
  }

  private initials(person: Person): Piece[] {
    const { random } = this;
    const text = `${person.first[0]}${chance(random, 0.5) ? person.middle[0] : ""}${person.last[0]}`;
    return name(chance(random, 0.5) ? text.toLowerCase() : text.toUpperCase());
  }

  private titled(person: Person): string {
    return person.sex === "male" ? "Mr." : oneOf(this.random, ["Mrs.", "Ms.", "Miss"]);
  }

  /** The pieces of one slot, or null for a slot that there is not. */
  slot(slot: string): Piece[] | null {
    return (
      this.peopleSlot(slot) ??
      this.dateSlot(slot) ??
      this.placeSlot(slot) ??
      numberSlot(slot, this.random, this.record) ??
      this.clinicalSlot(slot)
    );
  }

  private peopleSlot(slot: string): Piece[] | null {
    const { random, patient } = this;
    const last = (person: Person): string =>
      chance(random, 0.03) ? misspelt(random, person.last) : person.last;
    switch (slot) {
      case "P":
        return chance(random, 0.15) ? this.reversed(patient) : this.full(patient, false);
      case "PL":
        return this.reversed(patient);
      case "Pf":
        return name(patient.first);
      case "Pl":
        return name(last(patient));
      case "Pm":
        return [...plain(`${this.titled(patient)} `), ...name(last(patient))];
      case "Pmt":
        return plain(oneOf(random, patient.sex === "male" ? ["Mr", "Mr."] : ["Mrs", "Ms", "Miss"]));
      case "D":
        return this.full(this.clinician(), false);
      case "Dc":
        return chance(random, 0.3)
          ? [...plain("Dr. "), ...this.full(this.clinician(), false)]
          : this.full(this.clinician(), true);
      case "DL":
        return this.reversed(this.clinician());
      case "Di": {
        const person = this.clinician();
        return name(`${person.first[0]}${chance(random, 0.7) ? "." : ""} ${person.last}`);
      }
      case "Df":
        return name(this.clinician().first);
      case "Dl":
      case "Dls":
        return name(last(this.clinician()));
      case "ini":
        return this.initials(this.clinician());
      case "c":
        return plain(oneOf(random, clinical.CREDENTIALS_DRAWN));
      case "rel":
        this.kinNow = this.relative();
        return plain(this.kinNow.word);
      case "Rf":
        return name((this.kinNow ?? this.relative()).person.first);
      case "Rls":
        return name((this.kinNow ?? this.relative()).person.last);
      case "Rl":
        return name(
          `${(this.kinNow ?? this.relative()).person.first} ${(this.kinNow ?? this.relative()).person.last}`,
        );
      case "user":
        return [{ text: places.userName(random), kind: "username" }];
      case "He":
        return plain(patient.sex === "male" ? "He" : "She");
      case "he":
        return plain(patient.sex === "male" ? "he" : "she");
      case "His":
        return plain(patient.sex === "male" ? "His" : "Her");
      case "his":
        return plain(patient.sex === "male" ? "his" : "her");
      case "him":
        return plain(patient.sex === "male" ? "him" : "her");
      case "sex":
        return plain(
          oneOf(random, patient.sex === "male" ? ["man", "male", "gentleman"] : ["woman", "female", "lady"]),
        );
      case "SX":
        return plain(oneOf(random, patient.sex === "male" ? ["M", "Male"] : ["F", "Female"]));
      case "SEXU":
        return plain(patient.sex === "male" ? "MALE" : "FEMALE");
      case "S1":
        return plain(patient.sex === "male" ? "M" : "F");
      default:
        return null;
    }
  }

  private dateSlot(slot: string): Piece[] | null {
    const { random, habits } = this;
    switch (slot) {
      case "d":
        return date(
          chance(random, 0.15) ? shortDate(random, habits) : fullDate(random, habits, [1992, 2026]),
        );
      case "ds":
        return date(shortDate(random, habits));
      case "dw":
        return date(dayOfMonth(random));
      case "dl":
        return date(longDate(random, habits));
      case "dm":
        return date(monthDate(random));
      case "dy":
        return date(String(between(random, 1958, 2025)));
      case "yy":
        return date(String(between(random, 60, 99)));
      case "dyw":
        return date(spokenYear(random));
      case "dd":
        return date(weekday(random));
      case "dob":
        return date(fullDate(random, { ...habits }, [1925, 2015]));
      case "hol":
        return date(holiday(random));
      case "t":
        return plain(clock(random));
      case "age":
        return chance(random, 0.05) ? this.slot("age90") : plain(String(between(random, 18, 89)));
      case "age90":
        return [{ text: String(between(random, 90, 104)), kind: "age" }];
      default:
        return null;
    }
  }

  private placeSlot(slot: string): Piece[] | null {
    const { random } = this;
    switch (slot) {
      case "hosp":
        return organization(chance(random, 0.5) ? oneOf(random, this.institutions) : places.hospital(random));
      case "hs":
        return organization(places.shortHospital(random));
      case "clinic":
        return organization(places.clinic(random));
      case "nh":
        return organization(places.nursingHome(random));
      case "emp":
        return organization(places.employer(random));
      case "school":
        return organization(places.school(random));
      case "church":
        return organization(places.church(random));
      case "city":
        return where(chance(random, 0.4) ? this.home : town(random));
      case "place":
        return where(town(random));
      case "st":
        return where(places.stateName(random));
      case "cs":
        return [...where(town(random)), ...plain(", "), ...where(places.stateName(random))];
      case "street":
        return where(places.streetAddress(random));
      case "street1":
        return where(places.streetName(random));
      case "addr":
        return [
          ...where(places.streetAddress(random)),
          ...plain(", "),
          ...where(this.home),
          ...plain(", "),
          ...where(places.stateName(random)),
          ...plain(" "),
          ...where(places.zip(random)),
        ];
      case "zip":
        return where(places.zip(random));
      case "road":
        return where(places.roadName(random));
      case "country":
        return where(places.country(random));
      case "uktrust":
        return organization(places.ukTrust(random));
      case "ukhosp":
        return organization(places.ukHospital(random));
      case "ukgp":
        return organization(places.ukPractice(random));
      case "ukcity":
        return where(oneOf(random, places.UK_CITIES));
      case "ukaddr":
        return [
          ...where(places.ukStreet(random)),
          ...plain(", "),
          ...where(oneOf(random, places.UK_CITIES)),
          ...plain(", "),
          ...where(places.ukPostcode(random)),
        ];
      default:
        return null;
    }
  }

  private clinicalSlot(slot: string): Piece[] | null {
    const lists: Readonly<Record<string, readonly string[]>> = {
      drug: clinical.DRUGS,
      dose: clinical.DOSES,
      lab: clinical.LABS,
      vs: clinical.VITALS,
      epo: clinical.EPONYMS,
      dx: clinical.DIAGNOSES,
      proc: clinical.PROCEDURES,
      spine: clinical.SPINE,
      SVC: clinical.SERVICES,
    };
    const { random } = this;
    switch (slot) {
      case "abbrs":
        return plain(clinicalWords(random, abbreviations, between(random, 2, 6)));
      case "brand":
        return plain(titled(oneOf(random, brands)));
      case "eponoun":
        return plain(
          `${titled(oneOf(random, eponyms))}${oneOf(random, ["", "'s", "'s", ""])} ${oneOf(random, nouns)}`,
        );
      case "eponym":
        return plain(titled(oneOf(random, hardEponyms)));
      case "acro":
        return plain(letters(random, between(random, 2, 6)));
      case "n":
        return plain(String(between(random, 1, 30)));
      case "nn":
        return plain(String(between(random, 20, 200)));
      case "nnn":
        return plain(String(between(random, 100, 2500)));
    }
    const list = lists[slot];
    if (list !== undefined) return plain(oneOf(random, list));
    return slot === "RM" ? plain(oneOf(random, ["412", "5W-12", "ICU 7", "B-204"])) : null;
  }
}
