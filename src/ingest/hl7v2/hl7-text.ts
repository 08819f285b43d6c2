/**
 * Bytes of a message to text, by the character set that MSH-18 names.
 * Without one: UTF-8 where the bytes are valid UTF-8, else Windows-1252, which every byte is valid in.
 */
const SETS: Readonly<Record<string, string>> = {
  ASCII: "utf-8",
  "UNICODE UTF-8": "utf-8",
  "UTF-8": "utf-8",
  UTF8: "utf-8",
  UNICODE: "utf-8",
  "GB 18030-2000": "gb18030",
  "BIG-5": "big5",
  "KS X 1001": "euc-kr",
  "ISO IR87": "iso-2022-jp",
};

export interface Hl7Text {
  readonly text: string;
  /** The bytes were not of the set that the message names, and were read as Windows-1252. */
  readonly mended: boolean;
}

/** Null when the message names a character set that is not known. */
export function hl7Text(bytes: Uint8Array): Hl7Text | null {
  const stated = statedSet(bytes);
  const label = stated === null ? "utf-8" : labelOf(stated);
  if (label === null) return null;
  try {
    return { text: new TextDecoder(label, { fatal: true }).decode(bytes), mended: false };
  } catch {
    return { text: new TextDecoder("windows-1252").decode(bytes), mended: stated !== null };
  }
}

/** MSH-18, first repetition; the header itself is ASCII in every set that is read. */
function statedSet(bytes: Uint8Array): string | null {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 4096)).toString(
    "latin1",
  );
  const line = head.split(/[\r\n]/, 1)[0]!;
  if (!line.startsWith("MSH") || line.length < 9) return null;
  const written = line.split(line[3]!)[17]?.split(line[5]!)[0]?.trim().toUpperCase();
  return written === undefined || written === "" || written === '""' ? null : written;
}

function labelOf(stated: string): string | null {
  const part = /^(?:ISO[ -]?)?8859[/-](\d{1,2})$/.exec(stated)?.[1];
  if (part !== undefined)
    return Number(part) >= 1 && Number(part) <= 15 && part !== "12" ? `iso-8859-${part}` : null;
  return SETS[stated] ?? null;
}
