/**
 * From one unit to another as `value × factor + offset`, by the UCUM library of the US National Library of Medicine.
 * Mass and amount of substance convert into each other only with a stated molar mass, equivalents only for ions of one
 * charge (`meq` = `mmol`).
 * Invariant: null where the two measure different things; nothing is assumed.
 */
import { createRequire } from "node:module";
import { z } from "zod";

export interface Conversion {
  readonly factor: number;
  readonly offset: number;
}

export const SAME_UNIT: Conversion = { factor: 1, offset: 0 };

/** What has to be stated of a substance before mass, amount and charge convert into each other. */
export interface Substance {
  /** g/mol */
  readonly molarMass?: number;
  /** Of the ion, positive. */
  readonly charge?: number;
}

export function convertUnit(from: string, to: string, substance: Substance = {}): Conversion | null {
  if (from === to) return SAME_UNIT;
  const key = `${from}\0${to}\0${substance.molarMass ?? ""}\0${substance.charge ?? ""}`;
  let known = remembered.get(key);
  if (known === undefined) {
    known = compute(from, to, substance);
    remembered.set(key, known);
  }
  return known;
}

const remembered = new Map<string, Conversion | null>();

/** What is told by an annotation alone and still is another quantity: clearance by body surface. */
const TELLING_ANNOTATION = "{1.73_m2}";
/** An arbitrary unit converts into nothing but itself under another prefix. */
const ARBITRARY = /\[(?:iU|IU|[A-Za-z0-9']*'U|CFU|PFU|FFU|BAU|BAEU|AU|Lf|PNU)\]/g;

/** From three points of the line; all conversions of the library but those of logarithmic units are lines. */
function compute(written: string, wanted: string, { molarMass, charge }: Substance): Conversion | null {
  if (written.includes(TELLING_ANNOTATION) !== wanted.includes(TELLING_ANNOTATION)) return null;
  const [from, to] = withoutArbitrary(written, wanted);
  const options = {
    ...(molarMass === undefined ? {} : { molecularWeight: molarMass }),
    ...(charge === undefined ? {} : { charge }),
  };
  const at = (value: number): number | null => {
    const answer = answerSchema.safeParse(ucum().convertUnitTo(from, value, to, options));
    return answer.success && answer.data.status === "succeeded" ? answer.data.toVal : null;
  };
  const [one, two, hundred] = [at(1), at(2), at(100)];
  if (one === null || two === null || hundred === null) return null;
  const factor = (hundred - one) / 99;
  const offset = one - factor;
  if (Math.abs(two - 2 * factor - offset) > 1e-6 * Math.abs(two)) return null;
  return {
    factor: rounded(factor),
    offset: Math.abs(offset) < 1e-9 * Math.abs(factor) ? 0 : rounded(offset),
  };
}

/** The same arbitrary unit on both sides is replaced by candela, which no laboratory's unit has in it. */
function withoutArbitrary(from: string, to: string): [string, string] {
  const [ours, theirs] = [from.match(ARBITRARY) ?? [], to.match(ARBITRARY) ?? []];
  const same =
    ours.length === 1 && theirs.length === 1 && ours[0]!.toLowerCase() === theirs[0]!.toLowerCase();
  return same ? [from.replace(ARBITRARY, "cd"), to.replace(ARBITRARY, "cd")] : [from, to];
}

/** Twelve digits: 0.1 stays 0.1. */
function rounded(value: number): number {
  return Number(value.toPrecision(12));
}

const answerSchema = z.object({ status: z.string(), toVal: z.number().nullable() });

interface UcumLibrary {
  validateUnitString(text: string): { readonly status: string; readonly ucumCode: string | null };
  convertUnitTo(from: string, value: number, to: string, options: object): unknown;
}

let library: UcumLibrary | undefined;

/** Read at first use: it takes 0.2 s, which an input without units need not pay. */
export function ucum(): UcumLibrary {
  if (library === undefined) {
    const { UcumLhcUtils } = createRequire(import.meta.url)("@lhncbc/ucum-lhc") as {
      UcumLhcUtils: { getInstance(): UcumLibrary };
    };
    library = UcumLhcUtils.getInstance();
  }
  return library;
}
