/**
 * Three-digit ZIP codes whose area has 20,000 inhabitants or fewer: 45 CFR 164.514(b)(2)(i)(B) wants 000 in their place.
 * The lists are data by census: the department's guidance of 2012 prints that of Census 2000 and asks for newer figures
 * where there are some; the list of 2010 is the one in common use since. `either` restricts what stands in one of them.
 */
export const CENSUSES = ["2000", "2010", "either"] as const;
export type Census = (typeof CENSUSES)[number];

const CENSUS_2000 = "036 059 063 102 203 556 692 790 821 823 830 831 878 879 884 890 893".split(" ");
const CENSUS_2010 = "036 059 102 203 205 369 556 692 821 823 878 879 884 893".split(" ");

const RESTRICTED: Readonly<Record<Census, ReadonlySet<string>>> = {
  "2000": new Set(CENSUS_2000),
  "2010": new Set(CENSUS_2010),
  either: new Set([...CENSUS_2000, ...CENSUS_2010]),
};

/** `55901-1234` → `559`; `000` where the area is small or the text is no ZIP code. */
export function zip3Of(text: string, census: Census): string {
  const digits = /^\s*(\d{3})\d{2}(?:[-\s]?\d{4})?\s*$/.exec(text)?.[1] ?? /^\s*(\d{3})\s*$/.exec(text)?.[1];
  return digits === undefined || RESTRICTED[census].has(digits) ? "000" : digits;
}

export function restrictedZip3(census: Census): readonly string[] {
  return [...RESTRICTED[census]].sort();
}
