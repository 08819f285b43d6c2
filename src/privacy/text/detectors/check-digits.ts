/** Numbers that prove themselves: Luhn for NPI, position classes for MBI, the weighted sum of a VIN. */

/** National Provider Identifier: ten digits, Luhn over "80840" and the number (45 CFR 162.406). */
export function isNpi(digits: string): boolean {
  return /^[12]\d{9}$/.test(digits) && luhn(`80840${digits}`);
}

export function luhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

const MBI =
  /^[1-9][AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d[AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d[AC-HJKMNP-RT-Y]{2}\d\d$/;

/** Medicare Beneficiary Identifier: eleven places, each of a class of its own, without S, L, O, I, B, Z (CMS, 2017). */
export function isMbi(text: string): boolean {
  return text.length === 11 && MBI.test(text);
}

const VIN_VALUES: Readonly<Record<string, number>> = Object.fromEntries(
  [..."ABCDEFGH"]
    .map((letter, i) => [letter, i + 1] as const)
    .concat(
      [..."JKLMN"].map((letter, i) => [letter, i + 1] as const),
      [
        ["P", 7],
        ["R", 9],
      ],
      [..."STUVWXYZ"].map((letter, i) => [letter, i + 2] as const),
    ),
);
const VIN_WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];

/** Vehicle identification number with its check digit (49 CFR 565.15). */
export function isVin(text: string): boolean {
  if (!/^[A-HJ-NPR-Z0-9]{17}$/.test(text) || !/[A-Z]/.test(text)) return false;
  let sum = 0;
  for (let i = 0; i < 17; i++) sum += (VIN_VALUES[text[i]!] ?? Number(text[i])) * VIN_WEIGHTS[i]!;
  const check = sum % 11;
  return text[8] === (check === 10 ? "X" : String(check));
}
