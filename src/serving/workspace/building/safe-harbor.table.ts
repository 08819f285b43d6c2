/** The eighteen identifiers of 45 CFR 164.514(b)(2)(i), and which elements of a FHIR export may carry each. */
export interface SafeHarborIdentifier {
  /** Its letter in the rule. */
  readonly letter: string;
  readonly title: string;
  /** Matched against `Resource.element`. */
  readonly elements: RegExp | null;
}

export const SAFE_HARBOR: readonly SafeHarborIdentifier[] = [
  { letter: "A", title: "Names", elements: /\.(name|contact|display|author|performer|practitioner)\b/i },
  {
    letter: "B",
    title: "Geographic subdivisions smaller than a state",
    elements: /\.(address|birthPlace)\b/i,
  },
  {
    letter: "C",
    title: "Dates but the year, and ages over 89",
    elements: /(date|time|period|instant|issued|recorded|birthDate|age)\b/i,
  },
  { letter: "D", title: "Telephone numbers", elements: /\.telecom\b/i },
  { letter: "E", title: "Fax numbers", elements: /\.telecom\b/i },
  { letter: "F", title: "Electronic mail addresses", elements: /\.telecom\b/i },
  { letter: "G", title: "Social security numbers", elements: /^Patient\.identifier\b/i },
  { letter: "H", title: "Medical record numbers", elements: /^Patient\.(identifier|id)$/i },
  { letter: "I", title: "Health plan beneficiary numbers", elements: /^Coverage\.|subscriberId/i },
  { letter: "J", title: "Account numbers", elements: /\.account\b/i },
  { letter: "K", title: "Certificate and license numbers", elements: /\.qualification\b/i },
  { letter: "L", title: "Vehicle identifiers and serial numbers", elements: null },
  {
    letter: "M",
    title: "Device identifiers and serial numbers",
    elements: /(udi|serialNumber|deviceIdentifier)\b|\.device\b/i,
  },
  { letter: "N", title: "Web addresses", elements: /\.(url|uri)\b/i },
  { letter: "O", title: "Internet protocol addresses", elements: null },
  { letter: "P", title: "Biometric identifiers", elements: null },
  { letter: "Q", title: "Full-face photographs", elements: /\.(photo|media|attachment)\b/i },
  {
    letter: "R",
    title: "Any other unique number, characteristic or code",
    elements: /\.(id|identifier|subject|patient|encounter|reference)$/i,
  },
];
